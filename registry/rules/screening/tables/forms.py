"""Legal forms at the end of a Chinese company name and what they are, and the English ones.

Sources: Company Law (2023) art. 7, Partnership Enterprise Law art. 15 and 62, Measures on the
registration of enterprise names (2023); the forms in use are those of GLEIF's ELF list for CN and HK.
`form class`, longest first by length at load. Classes that follow each other when a company is
converted (ltd, plc) are near; the rest are not.
"""

CHINESE = """\
有限责任公司 ltd
有限责任总公司 ltd
有限公司 ltd
有限责任 ltd
一人有限责任公司 ltd
股份有限公司 plc
股份公司 plc
股份合作公司 coop
集团有限责任公司 group-ltd
集团有限公司 group-ltd
集团股份有限公司 group-plc
集团股份公司 group-plc
集团公司 group
集团总公司 group
集团 group
控股集团有限公司 group-ltd
控股有限公司 ltd
总公司 company
公司 company
无限公司 unlimited
两合公司 partnership
合伙企业有限合伙 partnership
合伙企业普通合伙 partnership
合伙企业特殊普通合伙 partnership
事务所有限合伙 office
事务所普通合伙 office
事务所特殊普通合伙 office
中心有限合伙 partnership
中心普通合伙 partnership
有限合伙企业 partnership
有限合伙 partnership
普通合伙企业 partnership
特殊普通合伙 partnership
普通合伙 partnership
合伙企业 partnership
个人独资企业 sole
个人独资 sole
个体工商户 sole
农民专业合作社联合社 farm
专业合作社联合社 farm
农民专业合作社 farm
专业合作社 farm
股份经济合作社 farm
经济合作社 farm
供销合作社联合社 coop
供销合作社 coop
信用合作社 coop
信用合作联社 coop
联合社 coop
合作社 coop
有限责任公司工厂 works
总厂 works
分厂 works
工厂 works
厂 works
研究总院 institute
研究院 institute
研究所 institute
设计院 institute
事务所 office
律师事务所 office
会计师事务所 office
商行 shop
商店 shop
商社 shop
经营部 shop
经销部 shop
门市部 shop
服务部 shop
工作室 shop
药店 shop
饭店 shop
餐厅 shop
中心 centre
基金会 foundation
协会 association
学会 association
商会 association
学校 school
大学 school
学院 school
医院 hospital
煤矿 mine
矿场 mine
农场 farmstead
林场 farmstead
牧场 farmstead
电站 station
发电厂 works
热电厂 works
水厂 works
株式会社 foreign
株式會社 foreign
"""

# What a part of a company that is no body of its own calls itself, after its parent's full name.
BRANCHES = """\
分公司 分支机构 办事处 代表处 联络处 分行 支行 分理处 营业部 营业厅 营业所 营销服务部 证券营业部
分店 门市部 分厂 分院 分所 分中心 分社 加油站 加气站 经营部 服务部 项目部 工程处 管理处 储蓄所
邮政所 支局 邮政支局 工会委员会 工会 职工持股会 委员会 连锁店 专卖店 店 支公司 中心支公司 供电所 收费站
服务站 服务中心 经销部 销售部 超市 药房 药店 大药房 子公司 车间 事业部 厂 站 部 所 中心 处
"""

ENGLISH = """\
limited ltd
ltd ltd
co -
company -
corporation plc
corp plc
incorporated plc
inc plc
plc plc
llc ltd
llp partnership
lp partnership
partnership partnership
holdings -
holding -
group -
grp -
gmbh ltd
ag plc
sa plc
bhd ltd
sdn ltd
pte ltd
pvt ltd
kk plc
works works
factory works
cooperative coop
the -
of -
and -
for -
"""

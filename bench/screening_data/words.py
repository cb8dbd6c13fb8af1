"""The generator's own words. Order is by how common a word is: earlier words are drawn more often."""

# city or province, English, province code; counties with the city they lie in
PLACES = """\
北京 Beijing 11|上海 Shanghai 31|深圳 Shenzhen 44|广州 Guangzhou 44|杭州 Hangzhou 33|南京 Nanjing 32
苏州 Suzhou 32|成都 Chengdu 51|武汉 Wuhan 42|天津 Tianjin 12|重庆 Chongqing 50|西安 Xi'an 61
青岛 Qingdao 37|宁波 Ningbo 33|无锡 Wuxi 32|长沙 Changsha 43|郑州 Zhengzhou 41|济南 Jinan 37
东莞 Dongguan 44|佛山 Foshan 44|合肥 Hefei 34|福州 Fuzhou 35|厦门 Xiamen 35|大连 Dalian 21
沈阳 Shenyang 21|昆明 Kunming 53|南宁 Nanning 45|石家庄 Shijiazhuang 13|太原 Taiyuan 14
哈尔滨 Harbin 23|长春 Changchun 22|南昌 Nanchang 36|贵阳 Guiyang 52|兰州 Lanzhou 62
乌鲁木齐 Urumqi 65|呼和浩特 Hohhot 15|银川 Yinchuan 64|西宁 Xining 63|海口 Haikou 46|常州 Changzhou 32
温州 Wenzhou 33|嘉兴 Jiaxing 33|绍兴 Shaoxing 33|台州 Taizhou 33|金华 Jinhua 33|湖州 Huzhou 33
烟台 Yantai 37|潍坊 Weifang 37|淄博 Zibo 37|临沂 Linyi 37|威海 Weihai 37|济宁 Jining 37
徐州 Xuzhou 32|南通 Nantong 32|扬州 Yangzhou 32|镇江 Zhenjiang 32|盐城 Yancheng 32|泰州 Taizhou 32
泉州 Quanzhou 35|漳州 Zhangzhou 35|珠海 Zhuhai 44|中山 Zhongshan 44|惠州 Huizhou 44|江门 Jiangmen 44
汕头 Shantou 44|芜湖 Wuhu 34|马鞍山 Maanshan 34|蚌埠 Bengbu 34|洛阳 Luoyang 41|新乡 Xinxiang 41
南阳 Nanyang 41|许昌 Xuchang 41|宜昌 Yichang 42|襄阳 Xiangyang 42|株洲 Zhuzhou 43|湘潭 Xiangtan 43
衡阳 Hengyang 43|岳阳 Yueyang 43|九江 Jiujiang 36|赣州 Ganzhou 36|唐山 Tangshan 13|保定 Baoding 13
邯郸 Handan 13|廊坊 Langfang 13|大同 Datong 14|长治 Changzhi 14|包头 Baotou 15|鄂尔多斯 Ordos 15
鞍山 Anshan 21|营口 Yingkou 21|吉林 Jilin 22|大庆 Daqing 23|柳州 Liuzhou 45|桂林 Guilin 45
绵阳 Mianyang 51|德阳 Deyang 51|宜宾 Yibin 51|遵义 Zunyi 52|曲靖 Qujing 53|玉溪 Yuxi 53
宝鸡 Baoji 61|咸阳 Xianyang 61|榆林 Yulin 61|天水 Tianshui 62|酒泉 Jiuquan 62|武威 Wuwei 62
昆山 Kunshan 32|江阴 Jiangyin 32|张家港 Zhangjiagang 32|常熟 Changshu 32|宜兴 Yixing 32|太仓 Taicang 32
义乌 Yiwu 33|慈溪 Cixi 33|余姚 Yuyao 33|海宁 Haining 33|桐乡 Tongxiang 33|诸暨 Zhuji 33
晋江 Jinjiang 35|石狮 Shishi 35|福清 Fuqing 35|寿光 Shouguang 37|龙口 Longkou 37|滕州 Tengzhou 37
"""

PROVINCES = """\
江苏 Jiangsu 32|浙江 Zhejiang 33|广东 Guangdong 44|山东 Shandong 37|四川 Sichuan 51|湖北 Hubei 42
湖南 Hunan 43|河南 Henan 41|河北 Hebei 13|福建 Fujian 35|安徽 Anhui 34|江西 Jiangxi 36
辽宁 Liaoning 21|陕西 Shaanxi 61|山西 Shanxi 14|云南 Yunnan 53|贵州 Guizhou 52|广西 Guangxi 45
黑龙江 Heilongjiang 23|吉林 Jilin 22|内蒙古 Inner Mongolia 15|甘肃 Gansu 62|新疆 Xinjiang 65
海南 Hainan 46|宁夏 Ningxia 64|青海 Qinghai 63
"""

BRAND_CHARACTERS = (
    "华信达新鑫源恒盛泰通宏瑞金天中海德安康宝丰兴远明正大东方嘉润佳美博创科力诚和利成顺隆永祥富龙凯元"
    "亿联众汇融广宇星辰晨辉旭阳光春秋山川江河湖洋森林木石玉珠银铭锦绣文理智慧睿哲思维杰英豪雄伟业卓越"
    "优品良友亚太欧洲环球世纪时代未来同济合创启航翔鹏飞腾跃骏驰捷迅速锐先锋冠群立峰岭峻岩松柏竹梅兰菊"
    "荷莲桂桐枫杨柳絮云霞雨露雪霜冰清泉溪澜涛波浪沃野田园谷穗禾苗芯晶磁电能量子微纳纬经纵横博览蓝绿青"
    "紫红赤丹朱彤沁沐渊泽浩瀚潮港湾岛屿舟帆桥驿站邦国家民昌荣耀煌灿烂昊昱晟晖曜柯楠桦榕槿颐宁静雅致尚"
    "品尊贵皇御帝王侯圣贤君仁义礼勤俭廉忠孝善慈爱乐悦欢欣怡畅舒适逸凡朴真淳厚道"
)

# Words that companies take whole for a brand.
BRAND_WORDS = (
    "阳光 东方 长城 太平洋 新世纪 金太阳 红太阳 大地 环宇 蓝天 绿洲 三江 长江 黄河 昆仑 泰山 华夏 中原 神州 九州 "
    "凤凰 金龙 麒麟 飞马 白鹭 天鹅 雄鹰 骏马 海豚 大象 蜜蜂 彩虹 星火 灯塔 启明星 北极星 牡丹 茉莉 向日葵 梧桐"
)

LATIN_BRANDS = (
    "TCL LG BYD AUX ABB KUKA Nova Sino Apex Vega Orion Delta Sigma Lumen Helio Terra Aqua Zenith"
)

ENGLISH_BRANDS = (
    "Sunrise Golden Silver Bright Star Dragon Phoenix Eagle Ocean River Mountain Forest Evergreen Harvest "
    "Pioneer Summit Horizon Unity Harmony Fortune Grand Royal Crystal Diamond Jade Pearl Lotus Bamboo Crane "
    "Tiger Panda Lion Falcon Spring Future Century Global Pacific Eastern Northern Southern Western Union"
)

# Chinese = English, common first
INDUSTRIES = """\
科技=Technology|电子=Electronics|贸易=Trading|实业=Industrial|机械=Machinery|建筑工程=Construction Engineering
环保科技=Environmental Technology|信息技术=Information Technology|新能源=New Energy|新材料=New Materials
生物科技=Biotechnology|食品=Food|化工=Chemical|商贸=Trading|电子科技=Electronic Technology|汽车零部件=Auto Parts
医疗器械=Medical Instrument|物流=Logistics|电气=Electric|投资管理=Investment Management|建材=Building Materials
精密机械=Precision Machinery|智能科技=Intelligent Technology|光电=Optoelectronics|节能环保=Energy Saving
服饰=Garment|纺织=Textile|包装材料=Packaging Materials|电力=Electric Power|水务=Water|农业发展=Agricultural Development
自动化设备=Automation Equipment|塑料制品=Plastic Products|金属制品=Metal Products|装饰工程=Decoration Engineering
文化传媒=Culture Media|网络科技=Network Technology|软件=Software|医药=Pharmaceutical|家具=Furniture
能源=Energy|能源科技=Energy Technology|环境工程=Environmental Engineering|电力设备=Power Equipment
光伏=Photovoltaic|风力发电=Wind Power|太阳能=Solar|储能科技=Energy Storage Technology|钢铁=Iron & Steel
水泥=Cement|玻璃=Glass|铝业=Aluminum|铜业=Copper|矿业=Mining|热电=Thermal Power|燃气=Gas
再生资源=Renewable Resources|污水处理=Sewage Treatment|园林绿化=Landscape|市政工程=Municipal Engineering
进出口=Import & Export|国际贸易=International Trading|供应链管理=Supply Chain Management|仓储=Storage
电缆=Cable|电池=Battery|半导体=Semiconductor|集成电路=Integrated Circuit|通信技术=Communication Technology
检测技术=Testing Technology|数据=Data|机器人=Robot|轴承=Bearing|阀门=Valve|模具=Mould|五金=Hardware
橡胶=Rubber|造纸=Paper|印刷=Printing|印染=Dyeing|酒业=Liquor|饮料=Beverage|乳业=Dairy|茶业=Tea|粮油=Grain & Oil
饲料=Feed|种业=Seed|水产=Aquatic|畜牧=Livestock|木业=Wood|陶瓷=Ceramics|涂料=Paint|制药=Pharmaceutical
健康管理=Health Management|教育咨询=Education Consulting|人力资源=Human Resources|物业管理=Property Management
房地产开发=Real Estate Development|酒店管理=Hotel Management|餐饮管理=Catering Management|旅游=Tourism
广告=Advertising|融资租赁=Financial Leasing|资产管理=Asset Management|小额贷款=Microcredit|典当=Pawn
重工=Heavy Industry|船舶=Shipbuilding|航空科技=Aviation Technology|轨道交通设备=Rail Transit Equipment
节能科技=Energy Saving Technology|生态农业=Ecological Agriculture|绿色建材=Green Building Materials
碳资产管理=Carbon Asset Management|智慧能源=Smart Energy|氢能科技=Hydrogen Technology|充电科技=Charging Technology
数字科技=Digital Technology|文创=Cultural Creativity|智造=Intelligent Manufacturing|甄选=Select|云计算=Cloud Computing
"""

FORMS = (
    "有限公司*70|有限责任公司*12|股份有限公司*8|集团有限公司*5|集团股份有限公司*1|厂*2"
    "|合伙企业（有限合伙）*1|中心（有限合伙）*1"
)

ENGLISH_FORMS = "Co., Ltd.*60|Co Ltd*10|Limited*8|Company Limited*8|Ltd*8|Corp.*3|Group Co., Ltd.*3"

ENGLISH_SHORT = {
    "Technology": "Tech", "Manufacturing": "Mfg", "Engineering": "Eng", "Environmental": "Env",
    "Management": "Mgmt", "International": "Intl", "Development": "Dev", "Equipment": "Equip",
    "Industrial": "Ind", "Electronics": "Elec", "Communication": "Comm", "Construction": "Constr",
    "Investment": "Inv", "Pharmaceutical": "Pharma",
}  # fmt: skip

# Characters that a hand or a reader of scans takes for one another.
LOOK_ALIKES = (
    "已己 未末 土士 日曰 大太 天夫 千干 人入 王玉 主住 目自 白百 侯候 茶荼 折拆 园圆 晴睛 情清 鸣呜 券卷 力刀 "
    "同司 田由 甲申 享亨 料科 限陷 公分 环坏 源原 信倍 华毕 达迖 新斩 恒桓 盛盈 宏宠 瑞端 诚城 利和 技枝 术木 "
    "电申 子孑 材村 料科 设没 备各 贸货 易昜 工土 程桯 机杌 械诫 药约 业亚 食良 品晶 化仕 医匡 光兴 生主 "
    "水氷 金全 鑫金 泰秦 通诵 安按 康庚 海侮 中申 国圆 京亰 北比 上士 州洲 广厂 东车 苏办 杭抗 深探 圳训 市巿"
)

"""`./run bench core`: what the main job costs over its bare minimum, as ratios of CPU in one run.

intake_vs_inserts    creating and deciding applications with rules, four eyes and chain, over the
                     same rows inserted plainly through SQLModel with the same commits (<= 4)
certificate_vs_bare  issuing a certificate (evidence, PDF/A-3a, signature) over bare
                     HTML(string).write_pdf() of the same page (<= 1.5)
list_vs_sql          the list page at 100,000 projects over its raw SQL plus an empty template (<= 1.5)
"""

import argparse
import json

from bench import intake, listing
from bench.certificate_cost import measure_certificate_vs_bare


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=60)
    parser.add_argument("--certificates", type=int, default=12)
    parser.add_argument("--projects", type=int, default=100_000)
    asked = parser.parse_args()
    found = intake.measure(asked.cases)
    print(f"intake: {json.dumps(found)}")
    certificates = measure_certificate_vs_bare(asked.certificates)
    print(f"certificates: {json.dumps(certificates)}")
    lists = listing.measure(asked.projects)
    print(f"list: {json.dumps(lists)}")
    print(
        json.dumps(
            {
                "intake_vs_inserts": found["intake_vs_inserts"],
                "certificate_vs_bare": certificates["certificate_vs_bare"],
                "list_vs_sql": lists["list_vs_sql"],
            }
        )
    )


if __name__ == "__main__":
    main()

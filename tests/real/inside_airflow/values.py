"""Print the values that Airflow reads for options, each given as section and option."""

import json
import sys

from airflow.configuration import conf

print(json.dumps([conf.get(*pair) for pair in json.loads(sys.argv[1])]))

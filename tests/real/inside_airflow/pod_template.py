"""Print a pod template as the executor understands it."""

import json
import sys

from airflow.providers.cncf.kubernetes.pod_generator import PodGenerator

pod = PodGenerator.deserialize_model_file(sys.argv[1])
print(json.dumps(PodGenerator.serialize_pod(pod)))

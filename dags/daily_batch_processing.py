"""Daily e-commerce batch processing pipeline."""

# Written by platc from platform.yaml: change it there, not here.
# Platform: ecommerce, check value: 8874eaa6244dabcd87ca06eaa272e687

from datetime import timedelta

import pendulum
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.providers.cncf.kubernetes.secret import Secret
from airflow.providers.smtp.notifications.smtp import SmtpNotifier
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG, CronDataIntervalTimetable, chain
from kubernetes.client import models as k8s

from reports.quality import generate

LABELS = {
    "app.kubernetes.io/component": "task",
    "app.kubernetes.io/instance": "airflow",
    "app.kubernetes.io/managed-by": "platc",
    "app.kubernetes.io/name": "airflow",
    "app.kubernetes.io/part-of": "ecommerce",
    "platc.dev/pipeline": "daily_batch_processing",
}

# Common to the pods of tasks: no root, no privileges, and only mounted folders are writable.
POD = {
    "namespace": "airflow",
    "service_account_name": "airflow-task",
    "on_finish_action": "delete_pod",
    "startup_timeout_seconds": 600,
    "security_context": k8s.V1PodSecurityContext(
        run_as_non_root=True,
        run_as_user=65532,
        run_as_group=65532,
        fs_group=65532,
        seccomp_profile=k8s.V1SeccompProfile(type="RuntimeDefault"),
    ),
    "container_security_context": k8s.V1SecurityContext(
        allow_privilege_escalation=False,
        capabilities=k8s.V1Capabilities(drop=["ALL"]),
        read_only_root_filesystem=True,
    ),
    "volumes": [
        k8s.V1Volume(
            name="scratch",
            empty_dir=k8s.V1EmptyDirVolumeSource(size_limit="512Mi"),
        ),
    ],
    "volume_mounts": [
        k8s.V1VolumeMount(name="scratch", mount_path="/tmp"),
    ],
}

NOTIFY = SmtpNotifier(to=["team@company.com"])

with DAG(
    dag_id="daily_batch_processing",
    description="Daily e-commerce batch processing pipeline",
    # A run covers the interval that has ended, as in Airflow 2, whatever the option says.
    schedule=CronDataIntervalTimetable("@daily", timezone="UTC"),
    start_date=pendulum.datetime(2024, 1, 1, tz="UTC"),
    catchup=False,
    is_paused_upon_creation=True,
    max_active_runs=1,
    tags=["batch", "ecommerce", "daily"],
    default_args={
        "owner": "data-engineering",
        "depends_on_past": False,
        "retries": 2,
        "retry_delay": timedelta(minutes=5),
        "execution_timeout": timedelta(hours=2),
        "on_failure_callback": NOTIFY,
    },
):
    data_quality_validation = KubernetesPodOperator(
        task_id="data_quality_validation",
        name="data-quality-check",
        image="data-pipeline/quality-checker:1.4.0",
        labels={**LABELS, "platc.dev/task": "data_quality_validation"},
        env_vars={
            "EXECUTION_DATE": "{{ ds }}",
            "S3_BUCKET": "data-lake-ingestion-datapipe",
            "QUALITY_THRESHOLD": "0.95",
            "POSTGRES_HOST": "postgres-pooler.database.svc",
            "POSTGRES_PORT": "6432",
            "POSTGRES_USER": "etl_app",
        },
        secrets=[
            Secret(
                "env",
                "POSTGRES_PASSWORD",
                "database-credentials",
                "postgres_password",
            ),
            Secret("env", "AWS_ACCESS_KEY_ID", "aws-credentials", "access_key_id"),
            Secret(
                "env",
                "AWS_SECRET_ACCESS_KEY",
                "aws-credentials",
                "secret_access_key",
            ),
        ],
        container_resources=k8s.V1ResourceRequirements(
            requests={"memory": "512Mi", "cpu": "500m", "ephemeral-storage": "64Mi"},
            limits={"memory": "1Gi", "cpu": "1", "ephemeral-storage": "1Gi"},
        ),
        **POD,
    )
    spark_batch_processing = KubernetesPodOperator(
        task_id="spark_batch_processing",
        name="spark-batch-job",
        image="data-pipeline/spark-batch:1.4.0",
        labels={**LABELS, "platc.dev/task": "spark_batch_processing"},
        env_vars={
            "EXECUTION_DATE": "{{ ds }}",
            "SPARK_MASTER": "k8s://https://kubernetes.default.svc:443",
            "S3_INPUT_PATH": "s3://data-lake-ingestion-datapipe/{{ ds }}/",
            "SNOWFLAKE_WAREHOUSE": "COMPUTE_WH",
            "SPARK_CONF_DIR": "/etc/spark",
        },
        secrets=[
            Secret(
                "env",
                "SNOWFLAKE_ACCOUNT",
                "warehouse-credentials",
                "snowflake_account",
            ),
            Secret("env", "SNOWFLAKE_USER", "warehouse-credentials", "snowflake_user"),
            Secret(
                "env",
                "SNOWFLAKE_PASSWORD",
                "warehouse-credentials",
                "snowflake_password",
            ),
            Secret("env", "AWS_ACCESS_KEY_ID", "aws-credentials", "access_key_id"),
            Secret(
                "env",
                "AWS_SECRET_ACCESS_KEY",
                "aws-credentials",
                "secret_access_key",
            ),
        ],
        pod_runtime_info_envs=[
            k8s.V1EnvVar(
                name="SPARK_DRIVER_HOST",
                value_from=k8s.V1EnvVarSource(
                    field_ref=k8s.V1ObjectFieldSelector(field_path="status.podIP"),
                ),
            ),
            k8s.V1EnvVar(
                name="SPARK_DRIVER_POD",
                value_from=k8s.V1EnvVarSource(
                    field_ref=k8s.V1ObjectFieldSelector(field_path="metadata.name"),
                ),
            ),
        ],
        container_resources=k8s.V1ResourceRequirements(
            requests={"memory": "384Mi", "cpu": "500m", "ephemeral-storage": "64Mi"},
            limits={"memory": "1Gi", "cpu": "1", "ephemeral-storage": "2560Mi"},
        ),
        **{
            **POD,
            "service_account_name": "airflow-spark",
            "security_context": k8s.V1PodSecurityContext(
                run_as_non_root=True,
                run_as_user=185,
                run_as_group=185,
                fs_group=185,
                seccomp_profile=k8s.V1SeccompProfile(type="RuntimeDefault"),
            ),
            "volumes": [
                k8s.V1Volume(
                    name="scratch",
                    empty_dir=k8s.V1EmptyDirVolumeSource(size_limit="2Gi"),
                ),
                k8s.V1Volume(
                    name="spark-settings",
                    config_map=k8s.V1ConfigMapVolumeSource(
                        name="daily-batch-processing.spark-batch-processing-spark",
                    ),
                ),
            ],
            "volume_mounts": [
                k8s.V1VolumeMount(name="scratch", mount_path="/tmp", sub_path="tmp"),
                k8s.V1VolumeMount(
                    name="scratch",
                    mount_path="/opt/spark/work-dir",
                    sub_path="opt/spark/work-dir",
                ),
                k8s.V1VolumeMount(name="spark-settings", mount_path="/etc/spark"),
            ],
        },
    )
    dbt_transformations = KubernetesPodOperator(
        task_id="dbt_transformations",
        name="dbt-run",
        image="data-pipeline/dbt-runner:1.4.0",
        labels={**LABELS, "platc.dev/task": "dbt_transformations"},
        env_vars={
            "EXECUTION_DATE": "{{ ds }}",
            "DBT_PROFILES_DIR": "/opt/dbt/profiles",
            "DBT_PROJECT_DIR": "/opt/dbt/project",
        },
        secrets=[
            Secret(
                "env",
                "SNOWFLAKE_ACCOUNT",
                "warehouse-credentials",
                "snowflake_account",
            ),
            Secret("env", "SNOWFLAKE_USER", "warehouse-credentials", "snowflake_user"),
            Secret(
                "env",
                "SNOWFLAKE_PASSWORD",
                "warehouse-credentials",
                "snowflake_password",
            ),
        ],
        container_resources=k8s.V1ResourceRequirements(
            requests={"memory": "512Mi", "cpu": "500m", "ephemeral-storage": "64Mi"},
            limits={"memory": "1Gi", "cpu": "1", "ephemeral-storage": "1Gi"},
        ),
        **POD,
    )
    lambda_reconciliation = KubernetesPodOperator(
        task_id="lambda_reconciliation",
        name="lambda-reconciliation",
        image="data-pipeline/reconciliation:1.4.0",
        labels={**LABELS, "platc.dev/task": "lambda_reconciliation"},
        env_vars={
            "EXECUTION_DATE": "{{ ds }}",
            "CLICKHOUSE_HOST": "clickhouse.data-pipeline.svc",
            "TOLERANCE_THRESHOLD": "0.05",
        },
        secrets=[
            Secret(
                "env",
                "CLICKHOUSE_USER",
                "warehouse-credentials",
                "clickhouse_user",
            ),
            Secret(
                "env",
                "CLICKHOUSE_PASSWORD",
                "warehouse-credentials",
                "clickhouse_password",
            ),
            Secret(
                "env",
                "SNOWFLAKE_ACCOUNT",
                "warehouse-credentials",
                "snowflake_account",
            ),
            Secret("env", "SNOWFLAKE_USER", "warehouse-credentials", "snowflake_user"),
            Secret(
                "env",
                "SNOWFLAKE_PASSWORD",
                "warehouse-credentials",
                "snowflake_password",
            ),
        ],
        container_resources=k8s.V1ResourceRequirements(
            requests={"memory": "512Mi", "cpu": "500m", "ephemeral-storage": "64Mi"},
            limits={"memory": "1Gi", "cpu": "1", "ephemeral-storage": "1Gi"},
        ),
        **POD,
    )
    generate_quality_report = PythonOperator(
        task_id="generate_quality_report",
        python_callable=generate,
    )

    chain(
        data_quality_validation,
        spark_batch_processing,
        dbt_transformations,
        lambda_reconciliation,
        generate_quality_report,
    )

"""Let Airflow's notifier log in to a mail server that only listens, and print what it was told."""

import json
import smtplib
import sys
from unittest import mock

from airflow.providers.smtp.notifications.smtp import SmtpNotifier

server = mock.MagicMock()
with mock.patch.object(smtplib, "SMTP", return_value=server) as opened:
    notifier = SmtpNotifier(to=["team@example.com"])
    with notifier.hook as hook:
        sender = hook.from_email
json.dump(
    {
        "address": [opened.call_args.kwargs["host"], opened.call_args.kwargs["port"]],
        "encrypted": server.starttls.called,
        "login": list(server.login.call_args.args) or dict(server.login.call_args.kwargs),
        "sender": sender,
    },
    sys.stdout,
)

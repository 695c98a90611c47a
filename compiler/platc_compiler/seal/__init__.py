"""Sealing of secrets for the Sealed Secrets controller (v0.40.0).

`platform.yaml` declares secrets by name and key; their values are encrypted into
`sealed-secrets.yaml` beside it, which is committed. Nobody but the controller, which holds
the private key of the certificate, can read them.

How the parts fit::

    values, generate ─▶ run.seal ─▶ text        store.parse ─▶ objects ─▶ manifests
    store.parse ─▶ plan.plan ─┘
                   crypto ────┘

The rules, which `plan` holds:

* Two sealings of one value differ, and nothing is stored from which a value could be guessed.
  Whether a value has changed can therefore not be known, only whether one was given: a key
  that is sealed for the same certificate and scope keeps its ciphertext byte for byte unless
  a value is given for it. Giving the same value again seals it again.
* Keys that are no longer declared are dropped.
* A key sealed for another certificate stays in the file, since a controller that still has
  the old key opens it, and is reported: its value is needed again.
* A new name or namespace needs the values again: under strict scope the old ciphertext cannot
  be opened there.
* Values are generated only for keys that have never been sealed. A Fernet key or a database's
  password that was replaced because a certificate ran out would be a loss of data. To replace
  one deliberately, delete its line from `sealed-secrets.yaml` and generate again.
* A secret declared in several namespaces under one name has one value everywhere.

`store`, `plan` and `declared` import no cryptography, so that a build that only reads sealed
secrets does not pay for it; for the same reason nothing is exported from here.
"""

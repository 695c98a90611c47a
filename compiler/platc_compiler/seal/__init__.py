"""Sealing of secrets for the Sealed Secrets controller (v0.40.0).

``platform.yaml`` declares secrets by name and key. Their values are encrypted into
``sealed-secrets.yaml`` beside it, which is committed. Only the controller has the private key of
the certificate and can read them.

The way of the data::

    values, generate ─▶ run.seal ─▶ text        store.parse ─▶ objects ─▶ manifests
    store.parse ─▶ plan.plan ─┘
                   crypto ────┘

The rules, which ``plan`` holds:

* Sealing one value twice gives two ciphertexts, and nothing is stored from which a value could be
  guessed. So sealing cannot know whether a value has changed, only whether one was given: a key
  that is sealed for the same certificate and scope keeps its ciphertext byte for byte unless a
  value is given for it. Giving the same value again seals it again.
* Keys that are no longer declared are dropped.
* A key that was sealed for another certificate stays in the file, because a controller that still
  has the old private key can open it. It is reported: its value is needed again.
* A new name or namespace needs the values again: the strict scope ties a ciphertext to both.
* Values are generated only for keys with a recipe: stated in ``platform.yaml``, or known because a
  field uses the key as a password or a key of the platform's own. What others issue (a webhook's
  URL, an access key) and what platc does not know must be given.
* Values are generated only for keys that have never been sealed. Replacing a Fernet key or a
  database's password because a certificate has expired would lose data. To replace one on purpose,
  delete its line from ``sealed-secrets.yaml`` and generate again.
* A secret declared in several namespaces under one name has one value everywhere.

``store``, ``plan`` and ``declared`` import no cryptography, because a build only reads sealed
secrets and must start fast. For the same reason this package exports nothing.
"""

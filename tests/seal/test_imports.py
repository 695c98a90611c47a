import subprocess
import sys


def test_reading_what_is_sealed_imports_no_cryptography_and_nothing_else_of_the_compiler() -> None:
    code = (
        "import sys, platc_compiler.seal.plan\n"
        "print(*(name for name in sys.modules if name.startswith(('platc_', 'cryptography'))))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    imported = done.stdout.split()
    assert "platc_compiler.seal.store" in imported
    others = {name for name in imported if not name.startswith("platc_compiler.seal")}
    assert others == {"platc_compiler"}

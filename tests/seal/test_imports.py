import subprocess
import sys


def test_reading_what_is_sealed_imports_no_cryptography() -> None:
    code = (
        "import sys, platc_compiler.seal.plan\n"
        "print(*(name for name in sys.modules if name.startswith(('platc_', 'cryptography'))))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    imported = done.stdout.split()
    assert "platc_compiler.seal.store" in imported
    assert not [name for name in imported if name.startswith("cryptography")]

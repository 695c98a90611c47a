"""Runs a statement many times, prepared on the server, over connections that share few of it."""

import asyncio
import sys

import asyncpg


async def main() -> None:
    """Prepare the same statement on two connections, and run it on both in turn."""
    one, other = [await asyncpg.connect(sys.argv[1]) for _ in range(2)]
    prepared = [await connection.prepare("SELECT $1::int + 1") for connection in (one, other)]
    for number in range(20):
        for statement in prepared:
            assert await statement.fetchval(number) == number + 1
    await one.close()
    await other.close()


asyncio.run(main())
print("prepared")

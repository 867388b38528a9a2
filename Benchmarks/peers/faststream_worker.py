"""FastStream, SQLAlchemy and SQLite: inbox, order and journal in one transaction a message, confirmed publish, ack.

Usage: faststream_worker.py URL COUNT QUEUE classic|quorum, after feed
"""
import asyncio
import pathlib
import resource
import sys
import time

from faststream.rabbit import Channel, QueueType, RabbitBroker, RabbitQueue
from lxml import etree
from sqlalchemy import create_engine, event, text

url, count, queue, kind = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
NS = "{urn:x}"

for suffix in ("", "-wal", "-shm"):
    pathlib.Path("faststream.db" + suffix).unlink(missing_ok=True)
engine = create_engine("sqlite:///faststream.db")


@event.listens_for(engine, "connect")
def durable(connection, _):
    connection.execute("pragma journal_mode=wal")
    connection.execute("pragma synchronous=full")


with engine.begin() as db:
    db.execute(text("create table inbox(id text primary key)"))
    db.execute(text("create table orders(id text primary key, version int, state blob)"))
    db.execute(text("create table journal(seq integer primary key, order_id text, body blob)"))

SEEN = text("insert or ignore into inbox values(:i)")
LOAD = text("select version, state from orders where id=:i")
SAVE = text(
    "insert into orders values(:i,1,:s) "
    "on conflict(id) do update set version=version+1, state=excluded.state"
)
NOTE = text("insert into journal(order_id, body) values(:i,:b)")

broker = RabbitBroker(
    url, logger=None, default_channel=Channel(prefetch_count=256, publisher_confirms=True)
)
started, handled, finished = None, 0, asyncio.Event()


@broker.subscriber(RabbitQueue(queue, durable=True, queue_type=QueueType(kind)))
async def handle(body: bytes):
    global started, handled
    started = started or time.monotonic()
    root = etree.fromstring(body)
    message = root.findtext(f".//{NS}EBMID")
    order = root.findtext(f".//{NS}ProcessProvisioningOrder/{NS}ID")
    with engine.begin() as db:
        if db.execute(SEEN, {"i": message}).rowcount:
            db.execute(LOAD, {"i": order}).first()
            db.execute(SAVE, {"i": order, "s": b"s" * 1500})
            for _ in range(2):
                db.execute(NOTE, {"i": order, "b": b"j" * 300})
    await broker.publish(body, queue + ".out", persist=True, message_id=message)
    handled += 1
    if handled == count:
        finished.set()


def cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


async def main():
    await broker.connect()
    print("started", flush=True)
    before = cpu_seconds()
    await broker.start()
    await finished.wait()
    elapsed, cpu = time.monotonic() - started, cpu_seconds() - before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        f"ended hopsPerSecond={count / elapsed:.1f} "
        f"cpuMicrosecondsPerHop={cpu / count * 1e6:.2f} peakKilobytes={peak}",
        flush=True,
    )
    await broker.stop()


asyncio.run(main())

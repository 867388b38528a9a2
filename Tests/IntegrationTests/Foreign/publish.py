"""Publishes messages with pika as they are described on standard input, good ones and hostile ones.

Standard input is a JSON list of {queue, file, message_id, content_type, type, headers}; the body is what is in the
file. `headers` is null, "long" (64 KiB in one header) or "deep" (tables nested 5,000 deep).
"""

import json
import sys
import threading

import pika

DEPTH = 5_000
LONG_BYTES = 65_536


def headers(kind):
    if kind == "long":
        return {"h": "x" * LONG_BYTES}
    if kind == "deep":
        table = {"x": 1}
        for _ in range(DEPTH):
            table = {"n": table}
        return table
    return None


def publish(url, messages):
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    channel.confirm_delivery()
    for message in messages:
        with open(message["file"], "rb") as file:
            body = file.read()
        properties = pika.BasicProperties(
            content_type=message.get("content_type"),
            message_id=message.get("message_id"),
            type=message.get("type"),
            delivery_mode=2,
            headers=headers(message.get("headers")),
        )
        channel.basic_publish("", message["queue"], body, properties, mandatory=True)
    connection.close()


def run(url, messages, failures):
    try:
        publish(url, messages)
    except Exception as error:  # pylint: disable=broad-except
        failures.append(repr(error))


def main():
    # Deep tables need a deep stack on this side.
    sys.setrecursionlimit(100_000)
    threading.stack_size(512 * 1024 * 1024)
    failures = []
    thread = threading.Thread(target=run, args=(sys.argv[1], json.load(sys.stdin), failures))
    thread.start()
    thread.join()
    if failures:
        sys.exit(failures[0])


if __name__ == "__main__":
    main()

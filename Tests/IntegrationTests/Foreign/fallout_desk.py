"""Plays the desk of a CRM that looks after fallout with pika: a client that shares no code with us.

Subscribes to faults by role, class and code with queues of its own, sends an order that is refused, has it fixed by a
message that comes three times, asks for an order that nobody knows, and waits until the order is complete. Standard
output says which codes each subscription has heard. Exit code 1 with what is wrong.
"""

import json
import sys
import time
import xml.etree.ElementTree as ElementTree

import pika

COMMON = "{http://xmlns.oracle.com/EnterpriseObjects/Core/Common/V2}"
SALES = "{http://xmlns.oracle.com/EnterpriseObjects/Core/EBO/SalesOrder/V2}"
FAILURE = "{http://xmlns.oracle.com/EnterpriseObjects/Industry/Communications/OrderFailureData/V1}"
DEADLINE_SECONDS = 90
SUBSCRIPTIONS = {
    "SOM": "SOM.#",
    "COM": "COM.#",
    "technical": "*.technical.#",
    "refused": "*.*.SYSTEM_REFUSED",
    "business of COM": "COM.business.*",
}
OPERATION = """<?xml version="1.0" encoding="UTF-8"?>
<op:ProcessOrderOperationEBM xmlns:op="urn:waystation:OrderOperation:V1"
    xmlns:c="http://xmlns.oracle.com/EnterpriseObjects/Core/Common/V2">
  <c:EBMHeader>
    <c:EBMID>{id}</c:EBMID>
    <c:Sender><c:ID>SEBL_01</c:ID></c:Sender>
  </c:EBMHeader>
  <op:DataArea><op:ProcessOrderOperation>
    <c:Identification><c:ID>{order}</c:ID></c:Identification>
    {content}
  </op:ProcessOrderOperation></op:DataArea>
</op:ProcessOrderOperationEBM>
"""
FIX = """<op:OperationCode>fix</op:OperationCode>
    <op:ComponentID>{component}</op:ComponentID>
    <op:OperatorID>desk-7</op:OperatorID>
    <op:Reason>the customer takes the slower one</op:Reason>
    <op:DataFix><op:LineID>{line}</op:LineID><op:Name>typeADSL</op:Name><op:Value>DSL_32M</op:Value></op:DataFix>"""


class Desk:
    def __init__(self, url):
        self.connection = pika.BlockingConnection(pika.URLParameters(url))
        self.channel = self.connection.channel()
        self.channel.confirm_delivery()
        self.heard = {name: [] for name in SUBSCRIPTIONS}
        self.refusal = None
        self.is_complete = False
        for name, key in SUBSCRIPTIONS.items():
            queue = self.channel.queue_declare("", exclusive=True).method.queue
            self.channel.queue_bind(queue, "AIA_ERROR_TOPIC", key)
            self.channel.basic_consume(queue, self.hearer(name), auto_ack=True)
        self.channel.basic_consume("AIA_UPDSO_OUT_JMSQ", self.take_update, auto_ack=True)

    def hearer(self, name):
        def hear(_channel, _method, _properties, body):
            fault = ElementTree.fromstring(body)
            self.heard[name].append(fault.find(f".//{COMMON}FaultMessage/{COMMON}Code").text)
            if name == "COM" and fault.find(f".//{FAILURE}ComponentID") is not None:
                self.refusal = fault
        return hear

    def take_update(self, _channel, _method, _properties, body):
        order = ElementTree.fromstring(body).find(f"{SALES}DataArea/{SALES}UpdateSalesOrder")
        self.is_complete = order.find(f"{COMMON}Status/{COMMON}Code").text == "COMPLETE"

    def wait(self, what, condition):
        deadline = time.monotonic() + DEADLINE_SECONDS
        while not condition():
            if time.monotonic() > deadline:
                sys.exit(f"wrong: no {what} within {DEADLINE_SECONDS} s; heard {self.heard}")
            self.connection.process_data_events(time_limit=0.2)

    def send(self, queue, body, message_id):
        properties = pika.BasicProperties(content_type="application/xml", delivery_mode=2, message_id=message_id)
        self.channel.basic_publish("", queue, body, properties, mandatory=True)

    def ask(self, message_id, order, content):
        body = OPERATION.format(id=message_id, order=order, content=content).encode()
        self.send("AIA_ORDEROPS_IN_JMSQ", body, message_id)

    def run(self, order):
        self.send("AIA_CRTFO_IN_JMSQ", order, "desk-order")
        self.wait("refusal", lambda: self.refusal is not None)
        key = self.refusal.find(f".//{FAILURE}OrderID/{COMMON}BusinessComponentID").text
        fix = FIX.format(
            component=self.refusal.find(f".//{FAILURE}ComponentID").text,
            line=self.refusal.find(f".//{FAILURE}OrderLineID/{COMMON}ID").text)
        for _ in range(3):
            self.ask("desk-fix", key, fix)
        self.ask("desk-unknown", "NEVER-1", "<op:OperationCode>retry</op:OperationCode>")
        self.wait("COMPLETE", lambda: self.is_complete and "ORDER_UNKNOWN" in self.heard["COM"])
        self.connection.close()
        return {"key": key, "heard": {name: sorted(codes) for name, codes in self.heard.items()}}


def main():
    with open(sys.argv[2], "rb") as file:
        order = file.read()
    print(json.dumps(Desk(sys.argv[1]).run(order)))


if __name__ == "__main__":
    main()

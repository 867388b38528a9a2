"""Plays order capture with pika, and on demand service order management, too: a client that shares no code with us.

Publishes one order, reads what is told of it until the order is complete, checks properties and headers of every
message, and leaves each message as a file. Exit code 1 with what is wrong.
"""

import argparse
import json
import os
import sys
import time
import uuid
import xml.etree.ElementTree as ElementTree

import pika

COMMON = "{http://xmlns.oracle.com/EnterpriseObjects/Core/Common/V2}"
SALES = "{http://xmlns.oracle.com/EnterpriseObjects/Core/EBO/SalesOrder/V2}"
PROVISIONING = "{http://xmlns.oracle.com/EnterpriseObjects/Core/EBO/ProvisioningOrder/V1}"
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

UPDATE = """<?xml version="1.0" encoding="UTF-8"?>
<ford:ProcessFulfillmentOrderUpdateEBM
    xmlns:ford="http://xmlns.oracle.com/EnterpriseObjects/Core/EBO/FulfillmentOrder/V1"
    xmlns:corecom="http://xmlns.oracle.com/EnterpriseObjects/Core/Common/V2">
  <corecom:EBMHeader>
    <corecom:EBMID>{id}</corecom:EBMID>
    <corecom:CreationDateTime>2025-03-03T13:06:00Z</corecom:CreationDateTime>
    <corecom:RequestEBMID>{request}</corecom:RequestEBMID>
    <corecom:VerbCode>process</corecom:VerbCode>
    <corecom:Sender><corecom:ID>OSMPROV_01</corecom:ID></corecom:Sender>
    <corecom:Target><corecom:ID>OSMCFS_01</corecom:ID></corecom:Target>
    <corecom:BusinessScope>
      <corecom:InstanceID>{process}</corecom:InstanceID>
      <corecom:BusinessScopeTypeCode>BusinessProcess</corecom:BusinessScopeTypeCode>
    </corecom:BusinessScope>
  </corecom:EBMHeader>
  <ford:DataArea>
    <ford:ProcessFulfillmentOrderUpdate>
      <corecom:Identification><corecom:ID>{order}</corecom:ID></corecom:Identification>
      <ford:MilestoneCode>{milestone}</ford:MilestoneCode>
      <corecom:Status><corecom:Code>{status}</corecom:Code></corecom:Status>
      <corecom:Correlation><corecom:COMCorrelationID>{correlation}</corecom:COMCorrelationID></corecom:Correlation>
    </ford:ProcessFulfillmentOrderUpdate>
  </ford:DataArea>
</ford:ProcessFulfillmentOrderUpdateEBM>
"""


class Wrong(Exception):
    """What the station did is not what was agreed."""


def require(condition, text):
    if not condition:
        raise Wrong(text)


def text(element, path):
    found = element.find(path)
    return None if found is None or found.text is None else found.text.strip()


class OrderCapture:
    def __init__(self, options):
        self.options = options
        self.connection = pika.BlockingConnection(pika.URLParameters(options.url))
        self.channel = self.connection.channel()
        self.channel.confirm_delivery()
        self.seen = set()
        self.updates = 0
        self.statuses = []
        self.milestones = []
        self.provisioning = 0
        self.answers = 0
        self.hops = set()
        self.is_complete = False

    def submit(self):
        with open(self.options.order, "rb") as file:
            body = file.read()
        root = ElementTree.fromstring(body)
        header = root.find(COMMON + "EBMHeader")
        self.message_id = text(header, COMMON + "EBMID")
        self.process = text(header, f"{COMMON}BusinessScope/{COMMON}InstanceID")
        self.key = text(root, f"{SALES}DataArea/*/{COMMON}Identification/{COMMON}ID")
        self.lines = len(root.findall(f"{SALES}DataArea/*/{SALES}SalesOrderLine"))
        properties = pika.BasicProperties(
            content_type="application/xml",
            delivery_mode=2,
            message_id=self.message_id,
            type="ProcessSalesOrderFulfillmentEBM",
            headers={"traceparent": TRACE},
        )
        self.channel.basic_publish("", "AIA_CRTFO_IN_JMSQ", body, properties, mandatory=True)

    def run(self):
        self.channel.basic_qos(prefetch_count=20)
        self.channel.basic_consume("AIA_UPDSO_OUT_JMSQ", self.take_update)
        if self.options.play_som:
            self.channel.basic_consume("AIA_CRTFO_OUT_JMSQ", self.take_provisioning_order)
        self.submit()
        deadline = time.monotonic() + self.options.deadline
        while not self.is_complete:
            require(time.monotonic() < deadline, f"no COMPLETE within {self.options.deadline} s: {self.statuses}")
            self.connection.process_data_events(time_limit=0.2)
        self.connection.close()

    def check(self, queue, method, properties, body, name):
        """What holds for every message of the station."""
        root = ElementTree.fromstring(body)
        header = root.find(COMMON + "EBMHeader")
        local = root.tag.rpartition("}")[2]
        require(local == name, f"{queue} holds {root.tag}")
        message_id = text(header, COMMON + "EBMID")
        require(properties.message_id == message_id, f"message_id {properties.message_id}, EBMID {message_id}")
        require(properties.type == name, f"type {properties.type}")
        require(properties.content_type == "application/xml", f"content_type {properties.content_type}")
        require(properties.delivery_mode == 2, f"delivery_mode {properties.delivery_mode}")
        require(properties.priority == 5, f"priority {properties.priority}")
        require(properties.app_id == "waystation", f"app_id {properties.app_id}")
        age = time.time() - (properties.timestamp or 0)
        require(-5 < age < 3600, f"the timestamp is {age} s old")
        trace = (properties.headers or {}).get("traceparent")
        require(trace is not None and trace.split("-")[1] == TRACE.split("-")[1], f"traceparent {trace}")
        correlation = text(root, f".//{COMMON}COMCorrelationID")
        if correlation is not None:
            require(properties.correlation_id == correlation, f"correlation_id {properties.correlation_id}")
        require(properties.correlation_id, f"{message_id} has no correlation_id")
        process = text(header, f"{COMMON}BusinessScope/{COMMON}InstanceID")
        require(process == self.process, f"BusinessProcess instance {process} instead of {self.process}")
        require(text(header, f"{COMMON}Sender/{COMMON}ID") == "OSMCFS_01", "the sender is not OSMCFS_01")
        require(header.find(COMMON + "EBMTracking") is not None, "no EBMTracking")
        first = message_id not in self.seen
        self.seen.add(message_id)
        with open(os.path.join(self.options.out, f"{method.delivery_tag:04}-{name}.xml"), "wb") as file:
            file.write(body)
        return root, header, first

    def take_update(self, channel, method, properties, body):
        root, header, first = self.check("AIA_UPDSO_OUT_JMSQ", method, properties, body, "UpdateSalesOrderEBM")
        require(text(header, f"{COMMON}Target/{COMMON}ID") == "SEBL_01", "the target is not who sent the order")
        order = root.find(f"{SALES}DataArea/{SALES}UpdateSalesOrder")
        require(text(order, f"{COMMON}Identification/{COMMON}ID") == self.key, "the update is about another order")
        require(properties.correlation_id == self.key, f"correlation_id {properties.correlation_id}")
        if first:
            self.updates += 1
            status = text(order, f"{COMMON}Status/{COMMON}Code")
            if status != (self.statuses[-1] if self.statuses else None):
                self.statuses.append(status)
            for milestone in order.iter(SALES + "MilestoneCode"):
                self.milestones.append(milestone.text)
            self.is_complete = status == "COMPLETE"
        channel.basic_ack(method.delivery_tag)

    def take_provisioning_order(self, channel, method, properties, body):
        root, header, first = self.check(
            "AIA_CRTFO_OUT_JMSQ", method, properties, body, "ProcessProvisioningOrderEBM")
        require(text(header, f"{COMMON}Target/{COMMON}ID") == "OSMPROV_01", "the target is not OSMPROV_01")
        order = root.find(f"{PROVISIONING}DataArea/{PROVISIONING}ProcessProvisioningOrder")
        require(order.find(PROVISIONING + "ProvisioningOrderLine") is not None, "a provisioning order without lines")
        self.provisioning += first
        if self.provisioning == 1 and first:
            # The bundle that broadband runs over comes first.
            codes = {code.text for code in order.iter(COMMON + "PrimaryClassificationCode")}
            require("High Speed Internet Service Class" not in codes, "broadband is asked for before the fixed line")
        for status, milestone in [
            ("IN PROGRESS", "PROVISION START"),
            ("IN PROGRESS", "PROVISION DESIGNED"),
            ("COMPLETE", "PROVISION COMPLETE"),
        ]:
            identification = str(uuid.uuid5(uuid.NAMESPACE_URL, properties.message_id + milestone))
            update = UPDATE.format(
                id=identification, request=properties.message_id, process=self.process, order=self.key,
                milestone=milestone, status=status, correlation=properties.correlation_id)
            channel.basic_publish(
                "", "AIA_UPDFO_IN_JMSQ", update.encode(),
                pika.BasicProperties(
                    content_type="application/xml", delivery_mode=2, message_id=identification,
                    type="ProcessFulfillmentOrderUpdateEBM", correlation_id=properties.correlation_id,
                    headers={"traceparent": (properties.headers or {}).get("traceparent")}),
                mandatory=True)
            self.answers += 1
        channel.basic_ack(method.delivery_tag)

    def report(self):
        return {
            "key": self.key, "lines": self.lines, "updates": self.updates, "statuses": self.statuses,
            "milestones": self.milestones, "provisioning": self.provisioning, "answers": self.answers,
        }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--order", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--play-som", action="store_true")
    parser.add_argument("--deadline", type=float, default=90)
    capture = OrderCapture(parser.parse_args())
    try:
        capture.run()
    except Wrong as wrong:
        sys.exit(f"wrong: {wrong}")
    print(json.dumps(capture.report()))


if __name__ == "__main__":
    main()

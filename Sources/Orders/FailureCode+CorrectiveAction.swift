extension FailureCode {
    /// What to do about it in general.
    package var correctiveAction: String {
        switch self {
        case .messageNotXML: "Correct the document at the place named and send it again."
        case .messageTooLarge: "Split the message, or raise limits.messageBytes in queues.yaml."
        case .messageUnsafe:
            "Send the document without DOCTYPE and entities, within the limits in queues.yaml."
        case .messageNotRecognized:
            "Check namespace and root element against the accepted messages, or add a recognition rule to the catalog."
        case .messageWrongQueue: "Send the message to the queue that takes it; see queues in queues.yaml."
        case .messageWrongContentType: "Send XML with content_type application/xml or text/xml."
        case .messageIDMissing: "Set EBMHeader/EBMID to a new identification for every message."
        case .messageIDReused:
            "Give each message an EBMID of its own; the first message with this EBMID was processed."
        case .orderIDMissing: "Set the order's Identification/ID."
        case .orderInvalid: "Correct the order as listed and send it as a new revision."
        case .actionUnknown: "Use ADD, UPDATE, DELETE, SUSPEND, RESUME, MOVE-ADD, MOVE-DELETE or NONE."
        case .modeUnknown: "Use one of the catalog's fulfillment modes."
        case .priorityOutOfRange: "Use a priority from 0 to 9."
        case .revisionNotANumber: "Use a whole number as revision."
        case .dateNotReadable:
            "Write dates as 2026-11-21T08:00:00Z, or without zone in the configured time zone."
        case .lineIDMissing: "Give every line an identification."
        case .lineIDRepeated: "Give every line an identification of its own."
        case .lineLimitExceeded: "Split the order, or raise limits.linesPerOrder in queues.yaml."
        case .orderWithoutLines: "Send at least one line."
        case .parentLineUnknown: "Refer only to lines of the same order as parents."
        case .parentLineCycle: "Make the parent lines a tree."
        case .productClassUnmapped:
            "Map the product class to a fulfillment pattern in the catalog, or correct it."
        case .systemNotFound:
            "Add a system whose condition fits to the function in the catalog, or correct the order."
        case .dependencyCycle: "Remove one of the listed dependencies from the catalog."
        case .policyRefused: "Correct what the catalog's policy names."
        case .valueUnmapped: "Add the value to the value map in the catalog, or correct the order."
        case .revisionStale: "Send a revision with a higher number."
        case .transactionNotPermitted: "Wait until the order's state permits it."
        case .orderUnknown: "Send the order; the update is kept and applied when it arrives."
        case .componentUnknown:
            "Repeat the COMCorrelationID of the request; the update is kept (`waystation messages`)."
        case .lineUnknown:
            "Refer to a line that the request carried; the update is kept (`waystation messages`)."
        case .statusUnmapped: "Map the status in the system's states in the catalog."
        case .systemCancelled:
            "Find out why it cancelled what nobody asked it to; retry the component, go on without it, or cancel the order."
        case .systemRefused:
            "Find out why it refused; the component waits until the system reports otherwise."
        case .parkedTooLong: "Find out why the order never came; the message is in the error queue."
        case .pointOfNoReturn:
            "Send a revision that leaves the component as it is, or a new order for the change once this one is complete."
        case .undoFailed:
            "Undo it in the system by hand, then complete the component; or retry, or skip it."
        case .systemSilent: "Find out whether the system works and got the request; then retry or resolve."
        case .componentLate:
            "Ask the system how far it is; this is told again until the component is finished."
        case .transitionWaiting:
            "Find out what keeps the components in progress; the change is made when they are finished, or at the end of the grace period."
        case .baseOrderUnknown: "Send the base order, or correct the line's reference to it."
        case .baseOrderEnded:
            "Revise or cancel the order that follows it; or resolve the incident, so that it goes on alone."
        case .baseOrderCircle:
            "Revise one of the orders so that it follows none of the others; or resolve the incident, so that this one goes on alone."
        case .operationInvalid: "Correct the operation as told and send it again."
        case .brokerUnavailable:
            "Nothing: it is over, and what was kept goes out. Should it come again, look at the broker and the network."
        case .queueUnavailable:
            "Look at the queue (`waystation topology plan`); it is consumed as soon as it can be."
        case .messagesHeld:
            "Look at the queue and its bindings (`waystation topology plan`); they go out as soon as it takes them."
        case .storeUnavailable:
            "Nothing: it is over, and what was in hand is done. Should it come again, look at the store's disk."
        case .queuePaused:
            "Look at the role's catalog, or at who sends there; it goes on once a message does not fail so. To have all of them go to the error queue, start the worker with killSwitch.failures 0."
        case .internalFault: "Report this with the log around its time; the message is in the error queue."
        }
    }
}

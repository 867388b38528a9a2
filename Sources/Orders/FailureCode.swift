/// The published list of failures; a code is never reused for something else.
package enum FailureCode: String, Codable, Sendable, Hashable, CaseIterable {
    // What could not be read.
    case messageNotXML = "MESSAGE_NOT_XML"
    case messageTooLarge = "MESSAGE_TOO_LARGE"
    case messageUnsafe = "MESSAGE_UNSAFE"
    case messageNotRecognized = "MESSAGE_NOT_RECOGNIZED"
    case messageWrongQueue = "MESSAGE_WRONG_QUEUE"
    case messageWrongContentType = "MESSAGE_WRONG_CONTENT_TYPE"
    case messageIDMissing = "MESSAGE_ID_MISSING"
    case messageIDReused = "MESSAGE_ID_REUSED"
    case orderIDMissing = "ORDER_ID_MISSING"
    // What was recognized but is not valid.
    case orderInvalid = "ORDER_INVALID"
    case actionUnknown = "ACTION_UNKNOWN"
    case modeUnknown = "MODE_UNKNOWN"
    case priorityOutOfRange = "PRIORITY_OUT_OF_RANGE"
    case revisionNotANumber = "REVISION_NOT_A_NUMBER"
    case dateNotReadable = "DATE_NOT_READABLE"
    case lineIDMissing = "LINE_ID_MISSING"
    case lineIDRepeated = "LINE_ID_REPEATED"
    case lineLimitExceeded = "LINE_LIMIT_EXCEEDED"
    case orderWithoutLines = "ORDER_WITHOUT_LINES"
    case parentLineUnknown = "PARENT_LINE_UNKNOWN"
    case parentLineCycle = "PARENT_LINE_CYCLE"
    case productClassUnmapped = "PRODUCT_CLASS_UNMAPPED"
    case systemNotFound = "SYSTEM_NOT_FOUND"
    case dependencyCycle = "DEPENDENCY_CYCLE"
    case policyRefused = "POLICY_REFUSED"
    case valueUnmapped = "VALUE_UNMAPPED"
    // What happened while an order was worked on.
    case revisionStale = "REVISION_STALE"
    case transactionNotPermitted = "TRANSACTION_NOT_PERMITTED"
    case orderUnknown = "ORDER_UNKNOWN"
    case componentUnknown = "COMPONENT_UNKNOWN"
    case lineUnknown = "LINE_UNKNOWN"
    case statusUnmapped = "STATUS_UNMAPPED"
    case systemRefused = "SYSTEM_REFUSED"
    case systemCancelled = "SYSTEM_CANCELLED"
    case parkedTooLong = "PARKED_TOO_LONG"
    case pointOfNoReturn = "POINT_OF_NO_RETURN"
    case undoFailed = "UNDO_FAILED"
    case systemSilent = "SYSTEM_SILENT"
    case componentLate = "COMPONENT_LATE"
    case transitionWaiting = "TRANSITION_WAITING"
    case baseOrderUnknown = "BASE_ORDER_UNKNOWN"
    case baseOrderEnded = "BASE_ORDER_ENDED"
    case baseOrderCircle = "BASE_ORDER_CIRCLE"
    case operationInvalid = "OPERATION_INVALID"
    case internalFault = "INTERNAL_FAULT"
    // What the worker itself has trouble with.
    case brokerUnavailable = "BROKER_UNAVAILABLE"
    case queueUnavailable = "QUEUE_UNAVAILABLE"
    case messagesHeld = "MESSAGES_HELD"
    case storeUnavailable = "STORE_UNAVAILABLE"
    case queuePaused = "QUEUE_PAUSED"

    /// Whether trying the same again can help.
    package var failureClass: FailureClass {
        switch self {
        case .internalFault, .systemSilent, .brokerUnavailable, .queueUnavailable, .messagesHeld,
            .storeUnavailable, .queuePaused:
            .technical
        default: .business
        }
    }

    package var severity: FailureSeverity {
        switch self {
        case .orderUnknown, .componentUnknown, .lineUnknown, .statusUnmapped, .revisionStale,
            .operationInvalid, .componentLate, .transitionWaiting:
            .warning
        case .internalFault, .queuePaused: .critical
        default: .error
        }
    }
}

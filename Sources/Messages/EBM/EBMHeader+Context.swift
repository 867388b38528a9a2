package import Orders

extension EBMHeader {
    /// How many entries of EBMTracking are carried on: the first one and the most recent ones.
    ///
    /// What is left out in between shows as a gap in the sequence numbers.
    package static let trackingEntriesMax = 32

    /// What later hops need of this header, stamped with where the message was taken from.
    package func context(messageID: String, transport: TransportContext) -> MessageContext {
        let process =
            scopes.firstIndex { $0.type == Scope.businessProcess } ?? scopes.firstIndex { $0.type == nil }
        return MessageContext(
            messageID: MessageID(messageID),
            messageName: messageName,
            objectName: objectName,
            verb: verb,
            environment: environment,
            sender: sender.map {
                SenderReference(
                    id: $0.id,
                    messageID: $0.messageID,
                    transactionCode: $0.transactionCode,
                    applicationID: $0.applicationID,
                    applicationVersion: $0.applicationVersion
                )
            },
            targetID: target?.id,
            businessProcess: process.map { scopes[$0].scope },
            tracking: Self.bounded(tracking, to: Self.trackingEntriesMax),
            hop: transport.hop(messageID: messageID),
            traceparent: transport.carriedTrace,
            carried: carried(process: process)
        )
    }

    /// The rare parts, with the scopes beside that of the process; a message's own scope ends with it.
    private func carried(process: Int?) -> Rare<CarriedHeader>? {
        func goesOn(_ position: Int) -> Bool {
            position == process
                ? !scopes[position].extensions.isEmpty : scopes[position].type != Scope.message
        }
        guard scopes.indices.contains(where: goesOn) else { return carried }
        var result = carried?.value ?? CarriedHeader()
        for (position, scope) in scopes.enumerated() where goesOn(position) {
            if position == process {
                result.extensions += scope.extensions.map {
                    ExtensionFragment(element: $0, in: HeaderGroup.processScope).text
                }
            } else {
                result.scopes.append(scope)
            }
        }
        return Rare(result)
    }

    /// The first entry, where the message came from, and as many of the newest as there is room for.
    static func bounded(_ entries: [TrackingEntry], to count: Int) -> [TrackingEntry] {
        guard entries.count > count, let first = entries.first else { return entries }
        return [first] + entries.suffix(count - 1)
    }
}

extension TransportContext {
    /// Where the message was taken from; the id is the transport's, else the message's own.
    func hop(messageID: String) -> MessageHop {
        MessageHop(resource: queue, messageID: self.messageID ?? messageID)
    }

    /// The trace to carry on.
    var carriedTrace: String? {
        traceparent.flatMap { TraceParent.isWellFormed($0) ? $0 : nil }
    }
}

import Broker
import Glibc

/// Finds the numeric addresses of a host.
enum NameResolution {
    private static let addressesMax = 8

    static func isNumeric(_ host: String) -> Bool {
        var four = in_addr()
        var six = in6_addr()
        return unsafe inet_pton(AF_INET, host, &four) == 1 || inet_pton(AF_INET6, host, &six) == 1
    }

    /// The addresses to try, in the system's order.
    ///
    /// Gives up waiting at the deadline; the name service may go on.
    static func addresses(of host: String, deadline: UInt64) throws(BrokerError) -> [String] {
        if isNumeric(host) { return [host] }
        // getaddrinfo(3) has no time limit: another thread waits for it.
        let answer = Mailbox<Result<[String], BrokerError>>(signal: try WakeSignal())
        try OwnerThread.start {
            do throws(BrokerError) {
                answer.put(.success(try lookUp(host)))
            } catch {
                answer.put(.failure(error))
            }
        }
        while true {
            if let result = answer.takeAll().first { return try result.get() }
            let milliseconds = MonotonicClock.milliseconds(until: deadline)
            guard milliseconds > 0 else {
                throw unresolved(host, "the name service gave no answer in time")
            }
            answer.signal.wait(milliseconds: milliseconds)
        }
    }

    private static func lookUp(_ host: String) throws(BrokerError) -> [String] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let result = unsafe getaddrinfo(host, nil, &hints, &list)
        guard result == 0 else { throw unresolved(host, unsafe String(cString: gai_strerror(result))) }
        defer { unsafe freeaddrinfo(list) }
        var addresses: [String] = []
        var next = unsafe list
        while let entry = unsafe next, addresses.count < addressesMax {
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let status = unsafe getnameinfo(
                entry.pointee.ai_addr,
                entry.pointee.ai_addrlen,
                &text,
                socklen_t(text.count),
                nil,
                0,
                NI_NUMERICHOST
            )
            if status == 0 {
                let address = String(
                    decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)),
                    as: UTF8.self
                )
                if !addresses.contains(address) { addresses.append(address) }
            }
            unsafe next = entry.pointee.ai_next
        }
        guard !addresses.isEmpty else { throw unresolved(host, "no address") }
        return addresses
    }

    private static func unresolved(_ host: String, _ reason: String) -> BrokerError {
        BrokerError(
            .unreachable,
            "The host name \(host) could not be resolved: \(reason)",
            remedy: "Check the host name in the broker's address and the name service"
        )
    }
}

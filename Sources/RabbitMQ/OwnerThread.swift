import Broker
import CRabbitMQ
import Glibc

/// Starts operating-system threads with a stack that is large enough for librabbitmq's recursive table decoder.
enum OwnerThread {
    /// A 126 KiB table of nested tables was decoded on 8 MiB, and a 35 KiB one broke 512 KiB.
    private static let stackBytes = 8 << 20

    private final class Work {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Runs `body` on a new detached thread; the machine's tools show its name, of at most 15 letters.
    static func start(
        _ name: String = "connection",
        _ body: @escaping @Sendable () -> Void
    ) throws(BrokerError) {
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        defer { unsafe pthread_attr_destroy(&attributes) }
        unsafe pthread_attr_setstacksize(&attributes, stackBytes)
        unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        // The new thread takes over this retain.
        let work = unsafe Unmanaged.passRetained(
            Work {
                unsafe waystation_name_thread(name)
                body()
            }
        )
        var thread = pthread_t()
        let result = unsafe pthread_create(
            &thread,
            &attributes,
            { argument in
                if let argument = unsafe argument {
                    unsafe Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
                }
                return nil
            },
            work.toOpaque()
        )
        guard result == 0 else {
            unsafe work.release()
            throw BrokerError(
                .connectionLost,
                "No thread could be started: \(SystemError.text(result))",
                remedy: "Raise the limit of threads or memory of this process"
            )
        }
    }

    /// Runs `body` on a new thread and waits for its result.
    static func run<Value: Sendable>(
        _ body: @escaping @Sendable () -> Result<Value, BrokerError>
    ) throws(BrokerError) -> Value {
        let answer = Mailbox<Result<Value, BrokerError>>(signal: try WakeSignal())
        try start { answer.put(body()) }
        while true {
            if let result = answer.takeAll().first { return try result.get() }
            answer.signal.wait(milliseconds: -1)
        }
    }
}

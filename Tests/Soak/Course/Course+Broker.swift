import Foundation
import TestSupport

extension Course {
    /// How often a worker has said that it has no broker, or not all of it.
    private var losses: Int {
        ["has no broker: ", " waits: "].map { site.worker.log.components(separatedBy: $0).count - 1 }.reduce(
            0,
            +
        )
    }

    /// Waits until the worker has noticed what began at `start`, or that time is over, and notes how long it took or
    /// that it did not.
    private func measureDetection(since start: UInt64, lossesBefore: Int, for seconds: Double) async {
        while Moment.seconds(since: start) < seconds {
            if losses > lossesBefore {
                noteDetection(Moment.seconds(since: start))
                return await pause(seconds: max(0, seconds - Moment.seconds(since: start)))
            }
            await pause(seconds: 0.02)
        }
        noteUnnoticed(Moment.seconds(since: start))
    }

    /// How often a worker has said that its broker takes no messages.
    private var refusals: Int {
        site.worker.log.components(separatedBy: "the broker accepts no messages for now").count - 1
    }

    /// B1: no goodbye, and the node comes back with what it had made durable.
    func killBroker(_ number: Int) async throws {
        // Queues that are declared a moment before a crash are another test's matter.
        if number == 0 { try site.server.saveRegister() }
        await pause(seconds: seconds(0.2...2))
        let before = losses
        let start = Moment.nanoseconds()
        try site.server.kill(savingRegister: false)
        noteBrokerKill()
        await measureDetection(since: start, lossesBefore: before, for: 0.5)
        try site.server.start()
        if losses == before { noteProblem("the worker never said that its broker was gone") }
        try await measureRecovery()
        try await verify()
        // Every other kill finds all at work again; the others come before everybody is back.
        guard number % 2 == 0 else { return }
        let done = site.sink.completed
        try await eventually("orders to be completed again", seconds: 60) { site.sink.completed > done }
    }

    /// B2: sockets stay, and nobody answers.
    func freezeBroker(_ number: Int) async throws {
        await pause(seconds: seconds(0.2...1))
        let before = losses
        let start = Moment.nanoseconds()
        try site.server.freeze()
        let length = faultSeconds(number, options.silenceSeconds)
        await measureDetection(since: start, lossesBefore: before, for: length)
        try site.server.thaw()
        try await measureRecovery()
        try await verify()
    }

    /// Work for a worker that wakes when the broker takes nothing any more.
    private static let ordersBeforeAlarm = 20

    /// B3: it hands messages out and takes none.
    func raiseAlarm(_ number: Int) async throws {
        let (raise, end) =
            number % 2 == 0
            ? (["set_vm_memory_high_watermark", "0.0001"], ["set_vm_memory_high_watermark", "0.4"])
            : (["set_disk_free_limit", "900000GB"], ["set_disk_free_limit", "50MB"])
        let before = refusals
        // A broker tells a publisher that tries, and nobody can send the worker anything new: it must have work left,
        // however long the broker's control program takes.
        site.worker.signal(SIGSTOP)
        defer { site.worker.signal(SIGCONT) }
        site.generator.burst(Self.ordersBeforeAlarm)
        try await eventually("orders in the queue", seconds: 30) { site.generator.unconfirmed == 0 }
        try site.server.control(raise[0], raise[1])
        site.worker.signal(SIGCONT)
        await pause(seconds: options.isQuick ? 1 : faultSeconds(number, 1...6))
        do {
            try await eventually("the worker to be told of \(raise)", seconds: 20) { refusals > before }
        } catch {
            // What follows needs a broker that takes messages.
            noteProblem("\(error)")
        }
        try site.server.control(end[0], end[1])
        try await measureRecovery()
        try await verify()
    }

    /// B4: what administrators do.
    func administer(_ number: Int) async throws {
        let host = site.virtualHost
        switch number % 4 {
        case 0: try site.server.control("close_all_connections", "--vhost", host, "an operator's reason")
        case 1:
            try site.server.control("set_policy", "--vhost", host, "soak", ".*", "{\"max-length\": 1000000}")
            try await measureRecovery()
            try site.server.control("clear_policy", "--vhost", host, "soak")
        case 2:
            let find = "{ok, Pid} = rabbit_vhost_sup_sup:get_vhost_sup(<<\"\(host)\">>), exit(Pid, kill), ok."
            try site.server.control("eval", find)
            try site.server.control("restart_vhost", "--vhost", host)
        default: try await deleteEntrance()
        }
        try await measureRecovery()
        await pause(seconds: seconds(0.1...0.5))
    }

    /// Deletes the queue of new orders when it is empty, so that nothing is lost with it, and declares it again.
    private func deleteEntrance() async throws {
        site.generator.stop()
        try await eventually("all orders to be done", seconds: 60) {
            site.generator.unconfirmed == 0 && site.sink.completed >= site.generator.sent
        }
        try site.server.control("delete_queue", "--vhost", site.virtualHost, site.queues.entrance)
        site.generator.start()
        await pause(seconds: seconds(0.5...2))
        try await site.applyTopology()
    }

    /// B5: the broker closes a channel whose deliveries are held for longer than two seconds, as a slow disk makes them.
    func holdDeliveries(_ number: Int) async throws {
        if number == 0 {
            try site.server.control(
                "eval",
                "application:set_env(rabbit, consumer_timeout, 2000), "
                    + "application:set_env(rabbit, channel_tick_interval, 500), ok."
            )
            try site.server.control("close_all_connections", "--vhost", site.virtualHost, "new limits")
            try await measureRecovery()
        }
        let before = losses
        site.shim.slowSyncs(milliseconds: 4_000)
        try await eventually(
            "deliveries to be taken back; the worker says: \(site.worker.log.suffix(500))",
            seconds: 30
        ) {
            losses > before
        }
        site.shim.slowSyncs(milliseconds: 0)
        try await measureRecovery()
        guard number == options.rounds(fault) - 1 else { return }
        try site.server.control("eval", "application:set_env(rabbit, consumer_timeout, 1800000), ok.")
    }

    // MARK: The network

    /// N1: what is sent vanishes, in one direction or in both.
    func silence(_ number: Int) async throws {
        await pause(seconds: seconds(0.2...1))
        let before = losses
        var weather = FaultProxy.Weather()
        weather.holdsToBroker = number % 3 != 1
        weather.holdsToWorker = number % 3 != 2
        let start = Moment.nanoseconds()
        site.proxy.set(weather)
        let length = faultSeconds(number, number % 4 == 3 ? 0.5...3 : options.silenceSeconds)
        if weather.holdsToWorker {
            await measureDetection(since: start, lossesBefore: before, for: length)
        } else {
            // The worker hears its broker as ever: only that one can notice, and ends the connection in its own time.
            await pause(seconds: length)
        }
        site.proxy.clear()
        try await measureRecovery()
    }

    /// N2: every byte of the first frames, then bytes anywhere in some messages; tests of the adapter cut one message at each
    /// of its bytes.
    func cut(_ number: Int) async throws {
        let before = site.proxy.counts.cuts
        var weather = FaultProxy.Weather()
        let bytes = number < 40 ? 1 + number / 2 : self.number(20...9_000)
        weather.cut = FaultProxy.Cut(isToBroker: number % 2 == 0, afterBytes: bytes)
        site.proxy.set(weather)
        try await eventually("a cut after \(bytes) bytes", seconds: 20, every: 0.005) {
            site.proxy.counts.cuts > before
        }
        try await measureRecovery()
        await pause(seconds: seconds(0...0.3))
    }

    /// N3: slow, in pieces, or thin.
    func worsenNetwork(_ number: Int) async throws {
        var weather = FaultProxy.Weather()
        switch number % 3 {
        case 0: weather.delayMilliseconds = 50...500
        case 1: weather.sliceBytes = 1
        default: weather.bytesPerSecond = 8_000
        }
        let before = site.proxy.counts.hindered
        site.proxy.set(weather)
        await pause(seconds: options.isQuick ? 1 : 6)
        try await eventually("bytes that are held up", seconds: 20) { site.proxy.counts.hindered > before }
        site.proxy.clear()
        try await measureRecovery()
    }
}

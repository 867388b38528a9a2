import Dispatch
import Glibc

/// The proxy's connections; its thread alone touches them.
struct ProxyLoop {
    /// What one side has said and the other has not heard yet.
    private struct Stream {
        var from: Int32
        var to: Int32
        var isToBroker: Bool
        var chunks: [(due: UInt64, bytes: ArraySlice<UInt8>)] = []
        var bufferedBytes = 0
        /// When the next byte may go, with a limited rate.
        var freeAt: UInt64 = 0
        var hasEnded = false
        /// Bytes until the cut, as of a change of the weather.
        var untilCut: Int?
        /// Of what has gone to the worker.
        var watch = DeliveryWatch()
    }

    private struct Connection {
        var streams: [Stream]
        var isOver = false
    }

    private let listener: Int32
    private let brokerPort: UInt16
    private var connections: [Connection] = []
    private var generation = -1
    private var scratch = [UInt8](repeating: 0, count: readBytes)
    private var chance = SeededRandom(seed: 1)
    private static let bufferBytesMax = 256 << 10
    private static let readBytes = 64 << 10

    init(listener: Int32, brokerPort: UInt16) {
        self.listener = listener
        self.brokerPort = brokerPort
    }

    func close() {
        for connection in connections { Self.reset(connection) }
        Glibc.close(listener)
    }

    private static func reset(_ connection: Connection) {
        Sockets.reset(connection.streams[0].from)
        Sockets.reset(connection.streams[0].to)
    }

    private static func now() -> UInt64 { DispatchTime.now().uptimeNanoseconds }

    /// Waits a little for something to do, and does it; gives what came of it.
    mutating func turn(_ weather: FaultProxy.Weather, generation: Int) -> FaultProxy.Counts {
        if generation != self.generation {
            self.generation = generation
            for index in connections.indices {
                for stream in 0...1 { connections[index].streams[stream].untilCut = cut(weather, stream) }
            }
        }
        wait(weather)
        acceptNew(weather)
        var counts = FaultProxy.Counts()
        for index in connections.indices where !connections[index].isOver {
            for stream in 0...1 where !connections[index].isOver {
                read(index, stream, weather, &counts)
                forward(index, stream, weather, &counts)
            }
        }
        connections.removeAll { connection in
            if connection.isOver { Self.reset(connection) }
            return connection.isOver
        }
        return counts
    }

    private func cut(_ weather: FaultProxy.Weather, _ stream: Int) -> Int? {
        guard let cut = weather.cut, cut.isToBroker == (stream == 0) else { return nil }
        return cut.afterBytes
    }

    private func holds(_ stream: Stream, _ weather: FaultProxy.Weather) -> Bool {
        stream.isToBroker ? weather.holdsToBroker : weather.holdsToWorker
    }

    private func wait(_ weather: FaultProxy.Weather) {
        var descriptors = [pollfd(fd: listener, events: Int16(POLLIN), revents: 0)]
        var milliseconds: Int32 = 10
        for stream in connections.flatMap(\.streams) {
            if !stream.chunks.isEmpty, !holds(stream, weather) {
                milliseconds = 1
                descriptors.append(pollfd(fd: stream.to, events: 0, revents: 0))
            }
            if !stream.hasEnded, stream.bufferedBytes < Self.bufferBytesMax, !holds(stream, weather) {
                descriptors.append(pollfd(fd: stream.from, events: Int16(POLLIN), revents: 0))
            }
        }
        _ = poll(&descriptors, nfds_t(descriptors.count), milliseconds)
    }

    private mutating func acceptNew(_ weather: FaultProxy.Weather) {
        while let worker = Sockets.accept(listener) {
            guard let broker = Sockets.connect(port: brokerPort) else {
                Sockets.reset(worker)
                continue
            }
            var there = Stream(from: worker, to: broker, isToBroker: true)
            var back = Stream(from: broker, to: worker, isToBroker: false)
            there.untilCut = cut(weather, 0)
            back.untilCut = cut(weather, 1)
            connections.append(Connection(streams: [there, back]))
        }
    }

    private mutating func read(
        _ index: Int,
        _ number: Int,
        _ weather: FaultProxy.Weather,
        _ counts: inout FaultProxy.Counts
    ) {
        let stream = connections[index].streams[number]
        guard !stream.hasEnded, stream.bufferedBytes < Self.bufferBytesMax, !holds(stream, weather) else {
            return
        }
        let count = recv(stream.from, &scratch, scratch.count, 0)
        if count > 0 {
            let delay = UInt64(Int.random(in: weather.delayMilliseconds, using: &chance)) * 1_000_000
            if delay > 0 { counts.hindered += 1 }
            // Bytes of a stream never overtake each other.
            let due = max(Self.now() + delay, stream.chunks.last?.due ?? 0)
            connections[index].streams[number].chunks.append((due, Array(scratch[..<count])[...]))
            connections[index].streams[number].bufferedBytes += count
        } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
            connections[index].streams[number].hasEnded = true
        }
    }

    /// Sends on what is due.
    private mutating func forward(
        _ index: Int,
        _ number: Int,
        _ weather: FaultProxy.Weather,
        _ counts: inout FaultProxy.Counts
    ) {
        var stream = connections[index].streams[number]
        defer { connections[index].streams[number] = stream }
        let now = Self.now()
        while !holds(stream, weather), let first = stream.chunks.first, first.due <= now, stream.freeAt <= now
        {
            var limit = min(first.bytes.count, weather.sliceBytes)
            if let rate = weather.bytesPerSecond { limit = min(limit, max(1, rate / 100)) }
            if limit < first.bytes.count { counts.hindered += 1 }
            if let untilCut = stream.untilCut { limit = min(limit, untilCut) }
            let count =
                limit == 0
                ? 0
                : first.bytes.withUnsafeBytes {
                    send(stream.to, $0.baseAddress, limit, Int32(MSG_NOSIGNAL))
                }
            if count < 0 {
                if errno != EAGAIN && errno != EINTR { connections[index].isOver = true }
                return
            }
            if stream.isToBroker {
                counts.bytesToBroker += count
            } else {
                counts.bytesToWorker += count
                let before = stream.watch
                stream.watch.take(first.bytes.prefix(count))
                counts.deliveries += stream.watch.deliveries - before.deliveries
                counts.redeliveries += stream.watch.redeliveries - before.redeliveries
            }
            stream.bufferedBytes -= count
            if count == first.bytes.count {
                stream.chunks.removeFirst()
            } else {
                stream.chunks[0].bytes = first.bytes.dropFirst(count)
            }
            if let rate = weather.bytesPerSecond {
                stream.freeAt = now + UInt64(count) * 1_000_000_000 / UInt64(rate)
            }
            if let untilCut = stream.untilCut {
                stream.untilCut = untilCut - count
                if untilCut - count <= 0 {
                    connections[index].isOver = true
                    counts.cuts += 1
                    return
                }
            }
            // A slice is a packet of its own; the others wait for the next turn.
            if weather.sliceBytes < Int.max { break }
        }
        if stream.hasEnded && stream.chunks.isEmpty { connections[index].isOver = true }
    }
}

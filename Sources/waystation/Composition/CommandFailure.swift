import ArgumentParser
import Broker
import Catalog
import Station
import Store

/// Why a command ends without having done its work: the text for the reader, and the exit code (after sysexits.h).
struct CommandFailure: Error, CustomStringConvertible {
    enum Status: Int32 {
        case failed = 1
        case usage = 64
        case badInput = 65
        case unavailable = 69
        case badConfiguration = 78
    }

    var status: Status
    var description: String

    init(_ status: Status, _ description: String) {
        self.status = status
        self.description = description
    }

    init(_ error: BrokerError) {
        self.init(error.code == .configuration ? .badConfiguration : .unavailable, "\(error)")
    }

    init(_ error: StoreError) {
        self.init(error.code == .configuration ? .badConfiguration : .unavailable, "\(error)")
    }

    init(_ error: StationFailure) {
        switch error {
        case .store(let error): self.init(error)
        case .broker(let error): self.init(error)
        }
    }

    init(_ error: CatalogProblems) { self.init(.badConfiguration, "\(error)") }

    /// Runs a command's work; a failure is told on standard error and becomes the exit code.
    static func reporting(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch let failure as CommandFailure {
            throw failure.exit()
        } catch let error as BrokerError {
            throw CommandFailure(error).exit()
        } catch let error as StoreError {
            throw CommandFailure(error).exit()
        } catch let error as StationFailure {
            throw CommandFailure(error).exit()
        } catch let error as CatalogProblems {
            throw CommandFailure(error).exit()
        }
    }

    private func exit() -> ExitCode {
        Console.tell(description)
        return ExitCode(status.rawValue)
    }
}

internal import Broker

/// One consumer link, and what the coordinator knows of it.
struct ConsumerSlot {
    var role: Int
    var link: any ConsumerLink
    var isConnected = false
    var isPaused = false
    var isClosed = false

    init(role: Int, link: any ConsumerLink) {
        self.role = role
        self.link = link
    }
}

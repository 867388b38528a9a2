import Broker
import Foundation

/// Makes publications ready to be written, and finds those that no AMQP broker would take.
///
/// What works here must work on RabbitMQ: its limits hold for texts, headers and bodies alike.
struct PublicationPreparation {
    /// AMQP's content-too-large.
    static let refusalCode: UInt16 = 311
    private static let shortTextBytesMax = 255

    /// A publication as it will be written, or why it cannot be.
    enum Outcome {
        case ready(PreparedPublication)
        case impossible(String)
    }

    let limits: EmbeddedBrokerLimits

    func prepare(_ publication: Publication) -> Outcome {
        let message = publication.message
        for (name, text) in shortTexts(of: publication) where (text?.utf8.count ?? 0) > Self.shortTextBytesMax
        {
            return .impossible("the \(name) is longer than \(Self.shortTextBytesMax) bytes")
        }
        for header in message.properties.headers where header.name.utf8.count > Self.shortTextBytesMax {
            return .impossible("a header's name is longer than \(Self.shortTextBytesMax) bytes")
        }
        guard message.body.count <= limits.bodyBytesMax else {
            return .impossible("the body is larger than \(limits.bodyBytesMax) bytes")
        }
        let properties: [UInt8]
        do throws(PropertyEncoding.Failure) {
            properties = try PropertyEncoding.encode(message.properties)
        } catch {
            return .impossible("a header is nested deeper than \(PropertyEncoding.nestingMax) levels")
        }
        guard properties.count <= limits.propertiesBytesMax else {
            return .impossible(
                "the properties have \(properties.count) bytes; \(limits.propertiesBytesMax) are allowed"
            )
        }
        return .ready(
            PreparedPublication(
                id: publication.id,
                destination: publication.destination,
                properties: Data(properties),
                body: Data(message.body)
            )
        )
    }

    private func shortTexts(of publication: Publication) -> [(String, String?)] {
        let properties = publication.message.properties
        return [
            ("exchange", publication.destination.exchange),
            ("routing key", publication.destination.routingKey),
            ("content type", properties.contentType), ("content encoding", properties.contentEncoding),
            ("correlation id", properties.correlationID), ("reply-to", properties.replyTo),
            ("expiration", properties.expiration), ("message id", properties.messageID),
            ("type", properties.type), ("user id", properties.userID), ("app id", properties.appID),
        ]
    }
}

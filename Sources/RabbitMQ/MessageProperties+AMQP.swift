import Broker
import CRabbitMQ

extension MessageProperties {
    /// Copies the properties out of a header frame.
    init(amqp properties: amqp_basic_properties_t, tables: inout FieldTableReader) {
        let flags = unsafe Int32(bitPattern: properties._flags)
        func text(_ flag: Int32, _ bytes: amqp_bytes_t) -> String? {
            guard flags & flag != 0, unsafe bytes.len > 0 else { return nil }
            return unsafe String(amqp: bytes)
        }
        unsafe self.init(
            contentType: text(AMQP_BASIC_CONTENT_TYPE_FLAG, properties.content_type),
            contentEncoding: text(AMQP_BASIC_CONTENT_ENCODING_FLAG, properties.content_encoding),
            headers: flags & AMQP_BASIC_HEADERS_FLAG != 0 ? tables.fields(properties.headers) : [],
            deliveryMode: flags & AMQP_BASIC_DELIVERY_MODE_FLAG != 0 ? properties.delivery_mode : nil,
            priority: flags & AMQP_BASIC_PRIORITY_FLAG != 0 ? properties.priority : nil,
            correlationID: text(AMQP_BASIC_CORRELATION_ID_FLAG, properties.correlation_id),
            replyTo: text(AMQP_BASIC_REPLY_TO_FLAG, properties.reply_to),
            expiration: text(AMQP_BASIC_EXPIRATION_FLAG, properties.expiration),
            messageID: text(AMQP_BASIC_MESSAGE_ID_FLAG, properties.message_id),
            timestampSeconds: flags & AMQP_BASIC_TIMESTAMP_FLAG != 0 ? properties.timestamp : nil,
            type: text(AMQP_BASIC_TYPE_FLAG, properties.type),
            userID: text(AMQP_BASIC_USER_ID_FLAG, properties.user_id),
            appID: text(AMQP_BASIC_APP_ID_FLAG, properties.app_id)
        )
    }

    /// The properties as librabbitmq takes them, with all memory from the writer's pool; nil when memory ran out.
    func amqp(with writer: FieldTableWriter) -> amqp_basic_properties_t? {
        var result = unsafe amqp_basic_properties_t()
        var flags: Int32 = 0
        var isComplete = true
        func text(_ value: String?, _ flag: Int32) -> amqp_bytes_t {
            guard let value else { return unsafe amqp_bytes_t() }
            guard let bytes = unsafe writer.bytes(value) else {
                isComplete = false
                return unsafe amqp_bytes_t()
            }
            flags |= flag
            return unsafe bytes
        }
        func number<Number: FixedWidthInteger>(_ value: Number?, _ flag: Int32) -> Number {
            guard let value else { return 0 }
            flags |= flag
            return value
        }
        unsafe result.content_type = text(contentType, AMQP_BASIC_CONTENT_TYPE_FLAG)
        unsafe result.content_encoding = text(contentEncoding, AMQP_BASIC_CONTENT_ENCODING_FLAG)
        unsafe result.delivery_mode = number(deliveryMode, AMQP_BASIC_DELIVERY_MODE_FLAG)
        unsafe result.priority = number(priority, AMQP_BASIC_PRIORITY_FLAG)
        unsafe result.correlation_id = text(correlationID, AMQP_BASIC_CORRELATION_ID_FLAG)
        unsafe result.reply_to = text(replyTo, AMQP_BASIC_REPLY_TO_FLAG)
        unsafe result.expiration = text(expiration, AMQP_BASIC_EXPIRATION_FLAG)
        unsafe result.message_id = text(messageID, AMQP_BASIC_MESSAGE_ID_FLAG)
        unsafe result.timestamp = number(timestampSeconds, AMQP_BASIC_TIMESTAMP_FLAG)
        unsafe result.type = text(type, AMQP_BASIC_TYPE_FLAG)
        unsafe result.user_id = text(userID, AMQP_BASIC_USER_ID_FLAG)
        unsafe result.app_id = text(appID, AMQP_BASIC_APP_ID_FLAG)
        if !headers.isEmpty {
            guard let table = unsafe writer.table(headers) else { return nil }
            unsafe result.headers = table
            flags |= AMQP_BASIC_HEADERS_FLAG
        }
        unsafe result._flags = UInt32(bitPattern: flags)
        return isComplete ? unsafe result : nil
    }
}

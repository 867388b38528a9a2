/// What a station's configuration says of itself for EBMHeader/Sender, beside its identification.
package struct SenderDetails: Hashable, Sendable {
    package var description: String?
    /// IPAddress: an address or a host name.
    package var address: String?
    /// Application/ID, when it is not the sender's own identification.
    package var applicationID: String?
    package var applicationVersion: String?
    package var contactName: String?
    package var contactEmail: String?
    package var contactPhoneNumber: String?

    package init(
        description: String? = nil,
        address: String? = nil,
        applicationID: String? = nil,
        applicationVersion: String? = nil,
        contactName: String? = nil,
        contactEmail: String? = nil,
        contactPhoneNumber: String? = nil
    ) {
        self.description = description
        self.address = address
        self.applicationID = applicationID
        self.applicationVersion = applicationVersion
        self.contactName = contactName
        self.contactEmail = contactEmail
        self.contactPhoneNumber = contactPhoneNumber
    }
}

/// What a configuration says of a receiver for EBMHeader/Target, beside its identification.
package struct TargetDetails: Hashable, Sendable {
    /// ApplicationTypeCode: what kind of system it is.
    package var applicationType: String?
    package var serviceName: String?

    package init(applicationType: String? = nil, serviceName: String? = nil) {
        self.applicationType = applicationType
        self.serviceName = serviceName
    }
}

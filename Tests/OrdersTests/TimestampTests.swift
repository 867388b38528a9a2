import Orders
import Testing

@Suite("Timestamps")
struct TimestampTests {
    @Test(
        "a text with a zone is that moment, written in UTC (A76)",
        arguments: [
            ("2026-11-21T08:00:00Z", "2026-11-21T08:00:00.000Z"),
            ("2026-11-21T08:00:00-03:00", "2026-11-21T11:00:00.000Z"),
            ("2026-11-21T08:00:00+05:30", "2026-11-21T02:30:00.000Z"),
            ("2026-11-21T00:00:00+14:00", "2026-11-20T10:00:00.000Z"),
            ("2026-11-21T08:00:00.1Z", "2026-11-21T08:00:00.100Z"),
            ("2026-11-21T08:00:00.123456789Z", "2026-11-21T08:00:00.123Z"),
            ("2026-11-21T24:00:00Z", "2026-11-22T00:00:00.000Z"),
            ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.000Z"),
            ("2024-02-29Z", "2024-02-29T00:00:00.000Z"),
            ("2026-11-21T08:00Z", "2026-11-21T08:00:00.000Z"),
            ("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"),
            ("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"),
        ]
    )
    func zoned(text: String, utc: String) {
        #expect(Timestamp(text: text, zone: .utc)?.text == utc)
    }

    @Test(
        "a text without a zone is local time in the configured zone (A76)",
        arguments: [
            ("2026-11-21T08:00:00", "America/Sao_Paulo", "2026-11-21T11:00:00.000Z"),
            ("2026-11-21", "America/Sao_Paulo", "2026-11-21T03:00:00.000Z"),
            ("2026-07-01T12:00:00", "Europe/Berlin", "2026-07-01T10:00:00.000Z"),
            ("2026-12-01T12:00:00", "Europe/Berlin", "2026-12-01T11:00:00.000Z"),
            ("2026-07-01T12:00:00", "Asia/Kathmandu", "2026-07-01T06:15:00.000Z"),
            // Summer time begins: 02:30 does not exist, and is read with the offset before the change.
            ("2026-03-29T01:59:59", "Europe/Berlin", "2026-03-29T00:59:59.000Z"),
            ("2026-03-29T02:30:00", "Europe/Berlin", "2026-03-29T01:30:00.000Z"),
            ("2026-03-29T03:00:00", "Europe/Berlin", "2026-03-29T01:00:00.000Z"),
            // Summer time ends: 02:30 happens twice, and is the first of them.
            ("2026-10-25T02:30:00", "Europe/Berlin", "2026-10-25T00:30:00.000Z"),
            ("2026-10-25T03:00:00", "Europe/Berlin", "2026-10-25T02:00:00.000Z"),
            ("2026-03-08T02:30:00", "America/New_York", "2026-03-08T07:30:00.000Z"),
            ("2026-11-01T01:30:00", "America/New_York", "2026-11-01T05:30:00.000Z"),
            // Half an hour of summer time.
            ("2026-10-04T02:15:00", "Australia/Lord_Howe", "2026-10-03T15:45:00.000Z"),
            // A midnight that does not exist.
            ("2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00:00.000Z"),
        ]
    )
    func local(text: String, zone: String, utc: String) throws {
        let zone = try #require(ZoneRule(identifier: zone))
        #expect(Timestamp(text: text, zone: zone)?.text == utc)
    }

    @Test("a text with a zone ignores the configured one")
    func ownZone() throws {
        let zone = try #require(ZoneRule(identifier: "Asia/Tokyo"))
        #expect(Timestamp(text: "2026-11-21T08:00:00Z", zone: zone)?.text == "2026-11-21T08:00:00.000Z")
    }

    @Test(
        "what is no date is none",
        arguments: [
            "", "now", "2026", "2026-13-01", "2026-00-01", "2026-02-29", "2025-02-30", "2026-11-00",
            "2026-11-31",
            "0000-01-01", "-2026-11-21", "12026-11-21", "2026-11-21T", "2026-11-21T8:00:00",
            "2026-11-21T25:00:00Z",
            "2026-11-21T24:00:01Z", "2026-11-21T24:00:00.001Z", "2026-11-21T08:60:00Z",
            "2026-11-21T08:00:61Z",
            "2026-11-21T08:00:00.Z", "2026-11-21T08:00.5Z", "2026-11-21T08:00:00+15:00",
            "2026-11-21T08:00:00+14:01",
            "2026-11-21T08:00:00+03", "2026-11-21T08:00:00+0300", "2026-11-21T08:00:00Zulu",
            "2026-11-21 08:00:00",
            "21.11.2026", "2026-11-21T08:00:00Z ", "２０２６-11-21", "2026-11-21T08:00:00+03:60",
            "20261121T080000Z",
        ]
    )
    func rubbish(text: String) {
        #expect(Timestamp(text: text, zone: .utc) == nil)
    }

    @Test("every day of a century is written and read back as itself")
    func everyDay() {
        var failures = 0
        for day in CivilDate.days(year: 1999, month: 1, day: 1)..<CivilDate.days(year: 2102, month: 1, day: 1)
        {
            let moment = Timestamp(milliseconds: Int64(day) * 86_400_000 + 12_345_678)
            let date = CivilDate.date(days: day)
            let back = CivilDate.days(year: date.year, month: date.month, day: date.day)
            if Timestamp(text: moment.text, zone: .utc) != moment || back != day { failures += 1 }
        }
        #expect(failures == 0)
        // Far away in both directions, the calendar alone.
        for day in stride(from: -5_000_000, through: 5_000_000, by: 9_973) {
            let date = CivilDate.date(days: day)
            #expect(CivilDate.days(year: date.year, month: date.month, day: date.day) == day)
        }
    }

    @Test("the ends of time are written, and arithmetic stops there")
    func limits() {
        let last = Timestamp(milliseconds: .max)
        let first = Timestamp(milliseconds: .min)
        #expect(last.text == "292278994-08-17T07:12:55.807Z")
        #expect(first.text == "-292275055-05-16T16:47:04.192Z")
        #expect(last.advanced(bySeconds: 1) == last)
        #expect(last.advanced(byMilliseconds: 1) == last)
        #expect(first.advanced(bySeconds: -1) == first)
        #expect(Timestamp(milliseconds: 0).advanced(bySeconds: .max) == last)
        #expect(Timestamp(milliseconds: 0).advanced(bySeconds: .min) == first)
        #expect(Timestamp(milliseconds: 5_000).advanced(bySeconds: -2).milliseconds == 3_000)
        #expect(Timestamp(milliseconds: -1).unixSeconds == 0)
        #expect(Timestamp(milliseconds: 1_999).unixSeconds == 1)
    }

    @Test("a zone that nobody knows is refused")
    func unknownZone() {
        #expect(ZoneRule(identifier: "Mars/Olympus_Mons") == nil)
        #expect(ZoneRule(identifier: "Europe/Berlin")?.identifier == "Europe/Berlin")
        #expect(ZoneRule.utc.moment(localMilliseconds: 1_234).milliseconds == 1_234)
    }
}

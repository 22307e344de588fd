using System.Text;
using Gateway.DicomMail.Bounces;
using MimeKit;
using Xunit;

namespace Gateway.DicomMail.Tests.Bounces;

/// <summary>Bounces in the shapes of other mailers than the rig's, written after the standards and their documentation.</summary>
public sealed class BounceReaderTests
{
    private const string Exchange = """
        From: <postmaster@clinic.example>
        To: <gw@site-a.test>
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary="b1"
        Subject: =?utf-8?Q?Unzustellbar=3A_DICOM-eMail?=
        In-Reply-To: <other@site-a.test>

        --b1
        Content-Type: multipart/alternative; boundary="b2"

        --b2
        Content-Type: text/plain; charset="utf-8"

        Fehler bei der Nachrichtenzustellung
        --b2--
        --b1
        Content-Type: message/delivery-status

        Reporting-MTA: dns;EX01.clinic.example
        Received-From-MTA: dns;relay.clinic.example
        Arrival-Date: Tue, 24 Nov 2026 12:00:00 +0000

        Final-Recipient: rfc822;radiologie@clinic.example
        Action: failed
        Status: 5.7.1
        Diagnostic-Code: smtp;550 5.7.1 RESOLVER.RST.SendSizeLimit.Org; message too large for
          this organization
        X-Display-Name: Radiologie

        --b1
        Content-Type: message/rfc822

        From: <gw@site-a.test>
        Subject: DICOM-eMail
        Message-ID: <4711@site-a.test>
        Content-Type: text/plain

        --b1--
        """;

    private const string Exim = """
        X-Failed-Recipients: a@clinic.example, b@clinic.example
        Auto-Submitted: auto-replied
        From: Mail Delivery System <Mailer-Daemon@mx.example>
        To: gw@site-a.test
        References: <4712@site-a.test>
        Content-Type: multipart/report; report-type=delivery-status; boundary=1700000000-eximdsn-42
        MIME-Version: 1.0
        Subject: Mail delivery failed: returning message to sender

        --1700000000-eximdsn-42
        Content-type: text/plain; charset=us-ascii

        This message was created automatically by mail delivery software.

        --1700000000-eximdsn-42
        Content-type: message/delivery-status

        Reporting-MTA: dns; mx.example
        Original-Envelope-Id: QQ314159

        Action: failed
        Final-Recipient: rfc822;a@clinic.example
        Status: 5.0.0
        Remote-MTA: dns; inner.example
        Diagnostic-Code: smtp; 550 no such user

        Action: delayed
        Original-Recipient: rfc822;b@clinic.example
        Final-Recipient: rfc822;c@clinic.example
        Status: 4.4.1 (no answer)

        Action: delivered
        Final-Recipient: rfc822;d@clinic.example
        Status: 2.0.0

        --1700000000-eximdsn-42
        Content-type: text/rfc822-headers

        Return-path: <gw@site-a.test>
        Message-ID: <4712@site-a.test>
        Subject: DICOM-eMail

        --1700000000-eximdsn-42--
        """;

    private const string OlderExim = """
        X-Failed-Recipients: a@clinic.example
        From: Mail Delivery System <Mailer-Daemon@mx.example>
        To: gw@site-a.test
        Subject: Mail delivery failed: returning message to sender

        A message that you sent could not be delivered to one or more of its
        recipients. This is a permanent error. The following address(es) failed:

          a@clinic.example
            SMTP error from remote mail server after RCPT TO:<a@clinic.example>:
            host inner.example [192.0.2.1]: 550 5.1.1 no such user

        ------ This is a copy of the message's headers. ------

        Return-path: <gw@site-a.test>
        Message-ID: <4713@site-a.test>
        Subject: DICOM-eMail
        """;

    private const string Internationalized = """
        From: <>
        To: gw@site-a.test
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=global-delivery-status; boundary=b

        --b
        Content-Type: text/plain

        no
        --b
        Content-Type: message/global-delivery-status

        Reporting-MTA: dns; mx.example

        Final-Recipient: utf-8; jörg@klinik.example
        Action: FAILED
        Status: none

        --b
        Content-Type: message/global-headers

        Message-ID: <4714@site-a.test>
        --b--
        """;

    [Fact]
    public void Exchange_returns_the_message() =>
        Assert.Equal([new("4711@site-a.test", "radiologie@clinic.example", true, "5.7.1", "550 5.7.1 RESOLVER.RST.SendSizeLimit.Org; message too large for this organization")], Read(Exchange));

    [Fact]
    public void Exim_returns_the_headers_and_tells_of_each_recipient() => Assert.Equal(
        [new("4712@site-a.test", "a@clinic.example", true, "5.0.0", "550 no such user", "QQ314159"), new("4712@site-a.test", "b@clinic.example", false, "4.4.1", "", "QQ314159")],
        Read(Exim));

    [Fact]
    public void Without_what_was_returned_the_mail_that_is_answered_is_the_one() =>
        Assert.All(Read(Exim.Replace("text/rfc822-headers", "text/plain", StringComparison.Ordinal)), bounce => Assert.Equal("4712@site-a.test", bounce.OriginalMessageId));

    [Fact]
    public void An_older_Exim_names_the_recipient_in_a_header_alone() =>
        Assert.Equal([new("4713@site-a.test", "a@clinic.example", true, "5.1.1", "550 5.1.1 no such user")], Read(OlderExim));

    [Fact]
    public void An_internationalized_report_is_read_and_a_status_that_is_none_is_made_up_from_the_action() =>
        Assert.Equal([new("4714@site-a.test", "jörg@klinik.example", true, "5.0.0", "")], Read(Internationalized));

    [Theory]
    [InlineData("Subject: x\n\nbody")]
    [InlineData("Content-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n--b\nContent-Type: message/disposition-notification\n\nDisposition: automatic-action/MDN-sent-automatically; displayed\n\n--b--\n")]
    [InlineData("Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nno report\n--b--\n")]
    [InlineData("Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n\n--b--\n")]
    [InlineData("Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; a\n\nAction: failed\n\n--b--\n")]
    public void Another_mail_is_no_bounce(string mail) => Assert.Empty(Read(mail));

    [Fact]
    public void A_bounce_that_is_cut_anywhere_is_read_as_far_as_it_goes()
    {
        for (var length = Exim.IndexOf("\n\n", StringComparison.Ordinal) + 2; length < Exim.Length; length += 7)
            Assert.InRange(Read(Exim[..length]).Count, 0, 2);
    }

    private static IReadOnlyList<Bounce> Read(string mail)
    {
        using var message = MimeMessage.Load(new MemoryStream(Encoding.UTF8.GetBytes(mail.ReplaceLineEndings("\r\n"))), TestContext.Current.CancellationToken);
        return BounceReader.Read(message);
    }
}

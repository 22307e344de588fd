using System.Diagnostics.Metrics;
using Gateway.Service.Health;
using Gateway.Service.Keeping;

namespace Gateway.Service.Metering;

/// <summary>The condition of volumes, mail, certificates, keys and partners as gauges: what <c>/health</c> tells, as figures. Times are seconds from now; what is not foreseen has none.</summary>
/// <param name="volumes">The volumes.</param>
/// <param name="gateway">The meter that has them from the start on.</param>
/// <param name="time">The clock.</param>
/// <param name="mail">Mail; null where nothing goes by mail.</param>
internal sealed class ConditionGauges(VolumeTrend volumes, GatewayMeter gateway, TimeProvider time, MailCondition? mail = null) : IHostedService
{
    private const string Seconds = "s";

    // Several gauges are asked at once, and a look reads folders.
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly Lock turn = new();
    private MailHealth? seen;
    private DateTimeOffset seenAt;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        AddTo(gateway.Meter);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void AddTo(Meter meter)
    {
        meter.CreateObservableGauge("gateway.volume.free", () => volumes.Now().Select(volume => Of(volume.FreeBytes, "volume", volume.Name)), "By", "The free space of a volume.");
        meter.CreateObservableGauge(
            "gateway.volume.until_full", () => volumes.Now().Where(volume => volume.DaysUntilFull is not null).Select(volume => Of(TimeSpan.FromDays(volume.DaysUntilFull!.Value).TotalSeconds, "volume", volume.Name)), Seconds,
            "When a volume is full if it goes on filling as it does.");
        if (mail is null)
            return;
        meter.CreateObservableGauge("gateway.mail.inbox", () => (long)Now().Inbox.Count, null, "Mails that were fetched and wait to be opened.");
        meter.CreateObservableGauge("gateway.mail.set_aside", () => (long)Now().SetAside, null, "Mails and documents that cannot be used and wait for a person.");
        meter.CreateObservableGauge("gateway.mail.unconfirmed", () => Now().Unconfirmed.Select(one => Of((long)one.Messages, "priority", one.Priority)), null, "Messages whose arrival is not known and should be by now.");
        meter.CreateObservableGauge(
            "gateway.mail.server.usable", () => Now().Servers.Select(server => Of(server.SendingProblem is null && server.FetchingProblem is null && !server.IsDistrusted ? 1L : 0, "host", server.Host)), null,
            "1 where a mail server takes mail, can be asked and shows a certificate of the network, 0 otherwise.");
        meter.CreateObservableGauge("gateway.mail.server.certificate_left", () => Left(Now().Servers.Select(server => (server.Host, server.CertificateUntil)), "host"), Seconds, "Until the certificate of a mail server ends.");
        meter.CreateObservableGauge("gateway.certificate.left", () => Left([("transport", Now().Certificate?.Until)], "of"), Seconds, "Until this site's certificate ends.");
        meter.CreateObservableGauge("gateway.key.left", () => Left([("own", Now().OwnKeyUntil), .. Now().Partners.Select(partner => (partner.Partner, partner.KeyUntil))], "of"), Seconds, "Until there is no OpenPGP key, of this gateway's or a partner's.");
        meter.CreateObservableGauge(
            "gateway.partner.proof_age", () => Now().Partners.Where(partner => partner.ProvedAt is not null).Select(partner => Of((time.GetUtcNow() - partner.ProvedAt!.Value).TotalSeconds, "partner", partner.Partner)), Seconds,
            "Since a partner last signed that it has images.");
    }

    private static Measurement<T> Of<T>(T value, string label, string of)
        where T : struct => new(value, new KeyValuePair<string, object?>(label, of));

    private IEnumerable<Measurement<double>> Left(IEnumerable<(string Of, DateTimeOffset? Until)> ends, string label) =>
        ends.Where(end => end.Until is not null).Select(end => Of((end.Until!.Value - time.GetUtcNow()).TotalSeconds, label, end.Of));

    private MailHealth Now()
    {
        lock (turn)
        {
            if (seen is null || (time.GetUtcNow() - seenAt).Duration() > Fresh)
                (seen, seenAt) = (mail!.Now(), time.GetUtcNow());
            return seen;
        }
    }
}

using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Service.Certifying;

/// <summary>
/// The certificate by which the network knows this site now. It is looked for again at once where its file has changed, and once a minute where that cannot be told or something was
/// wrong, so that a new one is used from its first day without a restart, for every connection that begins then. What cannot be read leaves what was read before, and is told.
/// </summary>
/// <param name="source">Where the certificates are.</param>
/// <param name="known">Certificates that its chain may be made of.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Is told what is used, and what cannot be.</param>
internal sealed partial class OwnCertificate(ISiteCertificates source, X509Certificate2Collection known, TimeProvider time, ILogger<OwnCertificate> log)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMinutes(1);

    private readonly Lock turn = new();
    private IReadOnlyList<SiteCertificate> certificates = [];
    private string? stamp;
    private long lookedAt;
    private bool hasLooked;
    private bool hasChosen;
    private string told = "";
    private X509Certificate2? shown;
    private SslStreamCertificateContext? context;

    /// <summary>What a server is shown; null where there is nothing to show.</summary>
    public SslStreamCertificateContext? Context
    {
        get
        {
            lock (turn)
            {
                Look();
                return context;
            }
        }
    }

    /// <summary>How it stands with it.</summary>
    public CertificateForecast Forecast
    {
        get
        {
            lock (turn)
            {
                Look();
                return CertificateForecast.Of(Usable(), time.GetUtcNow());
            }
        }
    }

    private void Look()
    {
        if (!hasLooked || (stamp is not null && source.Stamp() != stamp) || ((stamp is null || told.Length > 0) && time.GetElapsedTime(lookedAt) >= BetweenLooks))
            ReadAnew();
        Choose();
    }

    private void ReadAnew()
    {
        (hasLooked, lookedAt) = (true, time.GetTimestamp());
        try
        {
            stamp = source.Stamp();
            var read = source.Read();
            certificates = [.. read.Select(one => certificates.FirstOrDefault(before => before.Is(one) && before.Problem == one.Problem) ?? one)];
            Tell(string.Join("; ", certificates.Where(one => one.Problem is not null).Select(one => $"{one.Certificate.Subject}: {one.Problem}")));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException)
        {
            Tell(failure.Message);
        }
    }

    private void Choose()
    {
        var now = time.GetUtcNow();
        var chosen = Validity.InUse(Usable(), now);
        if (hasChosen && ReferenceEquals(chosen, shown))
            return;
        (hasChosen, shown) = (true, chosen);
        context = chosen is null ? null : SslStreamCertificateContext.Create(chosen, [.. known, .. certificates.First(one => one.Certificate == chosen).Chain], offline: true);
        if (chosen is null)
        {
            LogNone();
            return;
        }

        var (from, until) = (chosen.From(), chosen.Until());
        if (chosen.IsValid(now))
            LogUsed(chosen.Subject, chosen.SerialNumber, from, until);
        else
            LogNoneValid(chosen.Subject, chosen.SerialNumber, from, until);
    }

    private List<X509Certificate2> Usable() => [.. certificates.Where(one => one.Problem is null).Select(one => one.Certificate)];

    private void Tell(string problem)
    {
        if (problem.Length > 0 && problem != told)
            LogUnusable(problem);
        told = problem;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The network knows this site by {Subject}, serial number {Serial}, from {From:u} until {Until:u}")]
    private partial void LogUsed(string subject, string serial, DateTimeOffset from, DateTimeOffset until);

    [LoggerMessage(Level = LogLevel.Error, Message = "No certificate of this site counts now; the network is shown {Subject}, serial number {Serial}, from {From:u} until {Until:u}, and will refuse it")]
    private partial void LogNoneValid(string subject, string serial, DateTimeOffset from, DateTimeOffset until);

    [LoggerMessage(Level = LogLevel.Error, Message = "This site has no certificate to show to the network")]
    private partial void LogNone();

    [LoggerMessage(Level = LogLevel.Error, Message = "A certificate of this site cannot be used: {Problem}")]
    private partial void LogUnusable(string problem);
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.Service.Configuration;
using Gateway.Service.Partnering;

namespace Gateway.Service.Certifying;

/// <summary>
/// What is done with the certificate by which the network knows this site: it is asked for, installed, renewed and shown. The gateway need not run, and one that runs finds what was
/// installed by itself.
/// </summary>
internal sealed class CertDesk
{
    private readonly MailSettings mail;
    private readonly string site;
    private readonly string subject;
    private readonly TransportKeys keys;
    private readonly bool asksRevocation;
    private readonly TimeProvider time;

    /// <summary>The desk of a site.</summary>
    /// <param name="settings">The gateway's settings.</param>
    /// <param name="isRehearsal">Whether nothing may be asked of another machine.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="CertRefusal">This gateway's certificate is not looked after here (GW7136, GW7137).</exception>
    public CertDesk(ServiceSettings settings, bool isRehearsal, TimeProvider time)
    {
        mail = settings.Mail ?? throw new CertRefusal("GW7136", "This gateway reaches no partners by mail.", "The manifest's mail.address names its address in the network.");
        if (mail.CertificateFile is { } file)
            throw new CertRefusal("GW7137", $"The configuration takes the certificate from {file}.", "Whoever laid that file there renews it; without mail.certificateFile it is looked after here.");
        subject = mail.CertificateSubject ?? throw new CertRefusal("GW7137", "The configuration names no text that finds the certificate.", "Name it in the manifest: mail.clientCertificate.subject.");
        (site, asksRevocation, this.time) = (settings.Site, mail.AsksRevocation && !isRehearsal, time);
        keys = TransportKeys.Of(mail.TransportFolder, subject, mail.HasMachineStore);
    }

    /// <summary>Makes a key and a request for it.</summary>
    public object Request(CertCommand.Request asked)
    {
        if (KeyKinds.Named(asked.Algorithm) is not { } kind)
            throw UnknownAlgorithm(asked.Algorithm);
        foreach (var host in asked.Hosts.Where(host => Uri.CheckHostName(host) != UriHostNameType.Dns))
            throw new CertRefusal("GW7123", $"\"{host}\" is no DNS name.", "Name a host, such as gateway.hospital.example.");
        return Make(SigningRequest.For(RequestedSubject.Of(asked.Subject, subject, site), asked.Hosts), kind, asked.Output, asked.Reader);
    }

    /// <summary>Makes a new key and a request for it that asks for what the certificate in use has.</summary>
    public object Renew(CertCommand.Renew asked)
    {
        var inUse = Validity.InUse(Usable(), time.GetUtcNow())
            ?? throw new CertRefusal("GW7126", "There is no certificate whose key can be used, and so none to renew.", "Ask for one: gwctl cert request.");
        var kind = asked.Algorithm is null ? KeyKinds.Like(inUse) : KeyKinds.Named(asked.Algorithm) ?? throw UnknownAlgorithm(asked.Algorithm);
        return Make(SigningRequest.Like(inUse), kind, asked.Output, asked.Reader);
    }

    /// <summary>Installs what the network's authority sent. What was installed before stays until it ends.</summary>
    public object Install(CertCommand.Install asked)
    {
        var now = time.GetUtcNow();
        var sent = CertificateReading.Of(asked.File);
        var (request, certificate) = MatchOf(sent, asked.File);
        X509Certificate2[] chain = [.. sent.Concat(asked.Chain.SelectMany(CertificateReading.Of)).Where(one => !ReferenceEquals(one, certificate)).DistinctBy(one => Convert.ToHexString(SHA256.HashData(one.RawData)))];
        if (IssuedCertificate.ProblemsOf(certificate, subject, AuthorityOf(chain) ?? throw Unpinned(), now) is { Count: > 0 } problems)
            throw new CertRefusal([.. problems]);
        try
        {
            var isNew = keys.Install(request, certificate, chain);
            var entry = Certificates(now).First(one => one.Sha256 == Convert.ToHexStringLower(SHA256.HashData(certificate.RawData)));
            return new { installed = isNew, certificate = entry };
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new CertRefusal("GW7135", $"The certificate cannot be installed: {failure.Message.TrimEnd('.')}.", "Run this as administrator, elevated.");
        }
    }

    /// <summary>Shows certificates and requests, and until when the network knows this site.</summary>
    public object Show()
    {
        var now = time.GetUtcNow();
        var answered = keys.Read().Select(one => one.Certificate).ToList();
        var forecast = CertificateForecast.Of(Usable(), now);
        return new
        {
            validUntil = forecast.IsValid ? forecast.Until : (DateTimeOffset?)null,
            certificates = Certificates(now),
            requests = keys.Requests().Where(request => !answered.Exists(request.IsAnsweredBy)).Select(request => new RequestEntry(request.Subject, request.At, request.File, keys.PlaceOfKey(request.Name))).ToList(),
        };
    }

    private object Make(SigningRequest request, KeyKind kind, string output, string? reader)
    {
        if (Path.Exists(output))
            throw new CertRefusal("GW7122", $"{output} is there already.", "Name another file: none is written over.");
        try
        {
            File.Open(output, FileMode.CreateNew).Dispose(); // before a key is made for it
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CertRefusal("GW7122", $"{output} cannot be written: {failure.Message.TrimEnd('.')}.", "Name a file in a folder that is there and that you may write.");
        }

        try
        {
            var made = keys.Request(request, kind, reader, time.GetUtcNow());
            File.Copy(made.File, output, overwrite: true);
            return new { file = Path.GetFullPath(output), request = new RequestEntry(made.Subject, made.At, made.File, keys.PlaceOfKey(made.Name)) };
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException)
        {
            File.Delete(output);
            throw new CertRefusal("GW7125", $"No key can be made: {failure.Message.TrimEnd('.')}.", "Run this as administrator, elevated; the gateway's data folder must be there to be written.");
        }
    }

    private (PendingRequest Request, X509Certificate2 Certificate) MatchOf(IReadOnlyList<X509Certificate2> sent, string file)
    {
        foreach (var request in keys.Requests())
        {
            if (sent.FirstOrDefault(request.IsAnsweredBy) is { } certificate)
                return (request, certificate);
        }

        throw new CertRefusal(
            "GW7128", $"{file} holds no certificate for a key of this machine: \"{sent[0].Subject}\" is for another one.",
            "Install it on the machine that asked for it. After a machine was built anew its old key is gone: gwctl cert request makes a new request.");
    }

    private AuthorityCheck? AuthorityOf(IEnumerable<X509Certificate2> more) =>
        mail.AuthoritySha256 is { } pinned ? new AuthorityCheck(pinned, [.. more, .. keys.Known(), .. NetworkCertificates.AuthorityOf(mail)]) : null;

    private List<X509Certificate2> Usable() => [.. keys.Read().Where(one => one.Problem is null).Select(one => one.Certificate)];

    private List<CertificateEntry> Certificates(DateTimeOffset now)
    {
        var all = keys.Read();
        var inUse = Validity.InUse([.. all.Where(one => one.Problem is null).Select(one => one.Certificate)], now);
        var authority = AuthorityOf([]);
        return [.. all.OrderBy(one => one.Certificate.From()).Select(one => CertificateEntry.Of(one, ReferenceEquals(one.Certificate, inUse), authority, asksRevocation, now))];
    }

    private static CertRefusal UnknownAlgorithm(string name) => new("GW7124", $"\"{name}\" is no kind of key that is made.", $"Name {KeyKinds.Names}.");

    private static CertRefusal Unpinned() => new(
        "GW7133", "The manifest pins no authority of the network, so that nobody can tell whether it has issued this certificate.", "Name its digest in the manifest: mail.authority.sha256, as the network's operator hands it out.");
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.Dicom.UpperLayer.Pdus;
using Gateway.Dicom.UpperLayer.Tls;
using Gateway.Service.Configuration;
using Gateway.Service.Probing;
using Gateway.Service.Startup;

namespace Gateway.Service.Securing;

/// <summary>Reads the certificates, keys and passcodes that the configuration names. What cannot be read is a problem.</summary>
internal sealed class Credentials
{
    private readonly List<Problem> problems = [];
    private readonly TimeProvider time;

    private Credentials(TimeProvider time) => this.time = time;

    /// <summary>The settings with what their files hold.</summary>
    public static (ServiceSettings Settings, IReadOnlyList<Problem> Problems) Read(ServiceSettings settings, TimeProvider time)
    {
        var credentials = new Credentials(time);
        var read = settings with
        {
            Tls = credentials.TlsOf(settings.TlsFiles),
            Callers = [.. settings.Callers.Select(caller => caller.UserFiles is { } user ? caller with { User = new RequiredUser(user.UserName, credentials.PasscodeOf(user)) } : caller)],
            Targets = settings.Targets with
            {
                Dicom = [.. settings.Targets.Dicom.Select(target => target with { Tls = credentials.TlsOf(target.TlsFiles), Identity = credentials.IdentityOf(target.UserFiles) })],
            },
        };
        return (read, credentials.problems);
    }

    private UserIdentity? IdentityOf(UserFiles? user) =>
        user is null ? null
        : PasscodeOf(user) is { } passcode ? UserIdentity.ByPasscode(user.UserName, passcode, requestsResponse: false)
        : UserIdentity.ByName(user.UserName, requestsResponse: false);

    private string? PasscodeOf(UserFiles user)
    {
        if (user.PasscodeFile is not { } file)
            return null;
        try
        {
            return SecretFile.Read(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException)
        {
            Add($"{user.Place}/passcodeFile", $"{file}, which cannot be read ({failure.Message})", "the file that holds the passcode");
            return ""; // the service does not start
        }
    }

    private TlsSettings? TlsOf(TlsFiles? files)
    {
        if (files is null)
            return null;
        try
        {
            var trusted = new X509Certificate2Collection();
            trusted.ImportFromPemFile(files.AuthorityFile);
            if (trusted.Count == 0)
                Add($"{files.Place}/authorityFile", $"{files.AuthorityFile}, which holds no certificate", "the authorities of peers, PEM");
            var certificate = CertificateOf(files);
            return new TlsSettings(certificate, trusted)
            {
                Intermediates = files.CertificateFile is { } file ? CertificateFiles.ChainIn(file, certificate!) : [],
                RequiresPeerCertificate = files.ChecksPeer,
                ChecksPeerName = files.ChecksPeer,
            };
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException)
        {
            Add(files.Place, $"certificates that cannot be read ({failure.Message})", "files with a certificate, its key, the key's password and the peers' authorities");
            return null;
        }
    }

    private X509Certificate2? CertificateOf(TlsFiles files)
    {
        if (files.CertificateSubject is { } subject)
        {
            var found = MachineCertificate.Find(subject, time.GetUtcNow());
            if (found is null)
                Add($"{files.Place}/certificateSubject", $"\"{subject}\", which no certificate of the machine's store with a usable key bears", "a part of the subject of one");
            return found;
        }

        if (files.CertificateFile is not { } file)
            return null;
        return CertificateFiles.Read(file, files.KeyFile, files.KeyPasswordFile is { } secret ? SecretFile.Read(secret) : null);
    }

    private void Add(string place, string found, string allowed) => problems.Add(new Problem(
        "GW7017", place, found, allowed, "Lay the file where the manifest says, let the service's account read it, and start again.", ExitCodes.InputOutput));
}

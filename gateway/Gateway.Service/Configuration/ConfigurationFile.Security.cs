using Gateway.Service.Securing;

namespace Gateway.Service.Configuration;

/// <summary>How DICOM connections are encrypted, and who their users are.</summary>
internal sealed partial class ConfigurationFile
{
    private TlsFiles? TlsOf(string place, TlsSection tls, bool isListener)
    {
        var hasCertificate = tls.CertificateFile.Length > 0 || tls.CertificateSubject.Length > 0;
        if (tls.AuthorityFile.Length == 0)
        {
            if (hasCertificate)
                Add("GW7016", $"{place}/authorityFile", "an empty text", "the authorities of peers, since there is a certificate");
            return null;
        }

        if (isListener && !hasCertificate)
            Add("GW7016", $"{place}/certificateFile", "an empty text", "a certificate in a file or in the machine's store: who listens must show one");
        if (tls.CertificateFile.Length > 0 && tls.CertificateSubject.Length > 0)
            Add("GW7016", $"{place}/certificateSubject", $"\"{tls.CertificateSubject}\"", "an empty text, since a file holds the certificate");
        return new TlsFiles(
            place, OptionalFile($"{place}/certificateFile", tls.CertificateFile), OptionalFile($"{place}/keyFile", tls.KeyFile),
            OptionalFile($"{place}/keyPasswordFile", tls.KeyPasswordFile), NullIfEmpty(tls.CertificateSubject), Folder($"{place}/authorityFile", tls.AuthorityFile), tls.CheckPeer);
    }

    private UserFiles? UserOf(string place, string userName, string passcodeFile)
    {
        if (userName.Length > 0)
            return new UserFiles(place, userName, OptionalFile($"{place}/passcodeFile", passcodeFile));
        if (passcodeFile.Length > 0)
            Add("GW7016", $"{place}/userName", "an empty text", "the user whose passcode it is");
        return null;
    }
}

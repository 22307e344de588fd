namespace Gateway.Service.Securing;

/// <summary>Where the certificates of a DICOM connection lie (PS3.15 annex B).</summary>
/// <param name="Place">The section of the configuration that says so.</param>
/// <param name="CertificateFile">The file with our certificate, PEM or PFX; null where the machine's store holds it, or there is none.</param>
/// <param name="KeyFile">The file with its key, PEM; null where the certificate's file holds it.</param>
/// <param name="KeyPasswordFile">The file with the password of the key; null for none.</param>
/// <param name="CertificateSubject">A part of the subject of our certificate in the machine's store; null for none.</param>
/// <param name="AuthorityFile">The authorities of peers, PEM.</param>
/// <param name="ChecksPeer">Listener: callers must show a certificate. Target: its certificate must bear its host name.</param>
internal sealed record TlsFiles(
    string Place, string? CertificateFile, string? KeyFile, string? KeyPasswordFile, string? CertificateSubject, string AuthorityFile, bool ChecksPeer);

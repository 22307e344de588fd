using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Service.Certifying;

/// <summary>A request whose key is on this machine.</summary>
/// <param name="Name">Names key and files.</param>
/// <param name="File">The request, PEM.</param>
/// <param name="Subject">The subject that it asks for.</param>
/// <param name="PublicKey">The public key (SubjectPublicKeyInfo, DER).</param>
/// <param name="At">When it was made, UTC.</param>
internal sealed record PendingRequest(string Name, string File, string Subject, byte[] PublicKey, DateTimeOffset At)
{
    /// <summary>Reads one.</summary>
    /// <exception cref="CryptographicException">The file is no request, or its signature is wrong.</exception>
    public static PendingRequest Read(string file)
    {
        var request = CertificateRequest.LoadSigningRequestPem(System.IO.File.ReadAllText(file), HashAlgorithmName.SHA256, signerSignaturePadding: RSASignaturePadding.Pkcs1);
        return new(Path.GetFileNameWithoutExtension(file), file, request.SubjectName.Name, request.PublicKey.ExportSubjectPublicKeyInfo(), System.IO.File.GetLastWriteTimeUtc(file));
    }

    /// <summary>Whether a certificate is for its key.</summary>
    public bool IsAnsweredBy(X509Certificate2 certificate) => certificate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(PublicKey);
}

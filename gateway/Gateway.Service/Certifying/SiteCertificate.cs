using System.Security.Cryptography.X509Certificates;

namespace Gateway.Service.Certifying;

/// <summary>A certificate by which the network may know this site.</summary>
/// <param name="Certificate">The certificate, with its key where that can be used.</param>
/// <param name="Chain">What its chain may be made of, beside what the machine knows.</param>
/// <param name="Problem">Why it cannot be used; null where it can.</param>
internal sealed record SiteCertificate(X509Certificate2 Certificate, X509Certificate2Collection Chain, string? Problem)
{
    /// <summary>Whether it is the same certificate, read another time.</summary>
    public bool Is(SiteCertificate other) => Certificate.RawDataMemory.Span.SequenceEqual(other.Certificate.RawDataMemory.Span);
}

using Gateway.Dicom.Tests.Peers;

namespace Gateway.Dicom.Tests.UpperLayer.Tls;

/// <summary>Our authority and one that nobody trusts, made once: a key takes longer than a test.</summary>
public sealed class Authorities : IDisposable
{
    internal Pki Site { get; } = new("Site");

    internal Pki Stranger { get; } = new("Stranger");

    public void Dispose()
    {
        Site.Dispose();
        Stranger.Dispose();
    }
}

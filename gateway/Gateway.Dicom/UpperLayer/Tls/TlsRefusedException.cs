namespace Gateway.Dicom.UpperLayer.Tls;

/// <summary>No encrypted connection came about: one end does not take the other's certificate, version or suites (PS3.15 annex B).</summary>
/// <param name="peer">Who is at the other end.</param>
/// <param name="cause">What the handshake reported.</param>
public sealed class TlsRefusedException(string peer, Exception cause)
    : AssociationException($"TLS with {peer} was refused: {cause.Message}", cause);

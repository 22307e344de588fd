using Gateway.Dicom.Identifiers;

namespace Gateway.Dicom.UpperLayer.Pdus;

/// <summary>SOP class extended negotiation (PS3.7 annex D.3.3.5). Where it is not answered, the service class's default applies.</summary>
/// <param name="SopClass">The SOP class.</param>
/// <param name="Information">What its service class defines (for storage PS3.4 section B.3.1).</param>
public sealed record ExtendedNegotiation(Uid SopClass, ReadOnlyMemory<byte> Information)
{
    internal static ExtendedNegotiation? Read(ref PduCursor item) =>
        Uid.TryParse(item.Take(item.UInt16()), out var sopClass) ? new ExtendedNegotiation(sopClass, item.Remaining().ToArray()) : null;
}

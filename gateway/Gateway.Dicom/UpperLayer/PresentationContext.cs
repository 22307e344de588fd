using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Registry;

namespace Gateway.Dicom.UpperLayer;

/// <summary>An accepted presentation context (PS3.8 section 7.1.1.13).</summary>
/// <param name="Id">Its id on this association, odd.</param>
/// <param name="AbstractSyntax">The SOP class.</param>
/// <param name="TransferSyntax">The transfer syntax that both sides agreed on.</param>
public sealed record PresentationContext(byte Id, Uid AbstractSyntax, TransferSyntax TransferSyntax);

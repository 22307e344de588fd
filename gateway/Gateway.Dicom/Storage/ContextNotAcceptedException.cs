using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Registry;

namespace Gateway.Dicom.Storage;

/// <summary>The peer did not accept a presentation context for what is to be sent; nothing was sent and the association goes on.</summary>
/// <param name="sopClass">The SOP class.</param>
/// <param name="syntax">The transfer syntax of the file, which this version does not convert.</param>
public sealed class ContextNotAcceptedException(Uid sopClass, TransferSyntax syntax)
    : Exception($"The peer does not accept SOP class {sopClass} in transfer syntax {syntax}, and this version converts none.")
{
    /// <summary>The SOP class.</summary>
    public Uid SopClass { get; } = sopClass;

    /// <summary>The transfer syntax.</summary>
    public TransferSyntax TransferSyntax { get; } = syntax;
}

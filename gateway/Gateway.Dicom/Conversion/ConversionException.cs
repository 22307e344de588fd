using Gateway.Dicom.Registry;

namespace Gateway.Dicom.Conversion;

/// <summary>A data set cannot be brought from one transfer syntax into another without loss, or its pixels do not decode.</summary>
/// <param name="source">The transfer syntax that it is in.</param>
/// <param name="target">The one that was asked for.</param>
/// <param name="reason">Why not. It holds no value of the data set.</param>
public sealed class ConversionException(TransferSyntax source, TransferSyntax target, string reason)
    : Exception($"A data set in the transfer syntax {source} cannot be converted to {target}: {reason}.")
{
    /// <summary>The transfer syntax that the data set is in.</summary>
    public TransferSyntax SourceSyntax => source;

    /// <summary>The one that was asked for.</summary>
    public TransferSyntax TargetSyntax => target;

    /// <summary>Why not.</summary>
    public string Reason => reason;
}

using Gateway.Dicom.Identifiers;

namespace Gateway.Dicom.Coercion;

/// <summary>An attribute cannot be changed as wanted; nothing was written.</summary>
/// <param name="tag">The attribute.</param>
/// <param name="reason">Why not. It holds no value of the data set.</param>
public sealed class CoercionException(Tag tag, string reason) : Exception($"{tag} cannot be coerced: {reason}.")
{
    /// <summary>The attribute.</summary>
    public Tag Tag => tag;

    /// <summary>Why not.</summary>
    public string Reason => reason;
}

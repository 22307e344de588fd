namespace Gateway.Dicom.UpperLayer;

/// <summary>
/// An association that did not come about or did not last. The derived types say why; every one is a peer's or a network's doing.
/// </summary>
public abstract class AssociationException : Exception
{
    private protected AssociationException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}

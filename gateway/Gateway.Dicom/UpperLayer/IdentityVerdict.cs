namespace Gateway.Dicom.UpperLayer;

/// <summary>What an acceptor's policy says of a user identity (PS3.7 annex D.3.3.7).</summary>
public sealed class IdentityVerdict
{
    private IdentityVerdict(bool isAdmitted, ReadOnlyMemory<byte> serverResponse) =>
        (IsAdmitted, ServerResponse) = (isAdmitted, serverResponse);

    /// <summary>The association is rejected: permanently, by the service user, without a reason, so that nobody learns what was wrong.</summary>
    public static IdentityVerdict Refused { get; } = new(false, ReadOnlyMemory<byte>.Empty);

    /// <summary>The user is admitted; a requestor that wants to know is told so.</summary>
    public static IdentityVerdict Admitted { get; } = new(true, ReadOnlyMemory<byte>.Empty);

    /// <summary>Whether the user is admitted.</summary>
    public bool IsAdmitted { get; }

    /// <summary>What a requestor that wants to know is told besides; empty for names and passcodes.</summary>
    public ReadOnlyMemory<byte> ServerResponse { get; }

    /// <summary>The user is admitted, and a requestor that wants to know gets the server's ticket, response or token.</summary>
    /// <param name="serverResponse">The bytes.</param>
    public static IdentityVerdict AdmittedWith(ReadOnlyMemory<byte> serverResponse) => new(true, serverResponse);
}

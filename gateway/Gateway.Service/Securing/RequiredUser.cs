using System.Security.Cryptography;
using System.Text;
using Gateway.Dicom.UpperLayer.Pdus;

namespace Gateway.Service.Securing;

/// <summary>The user that a caller must say it is, by name, and by passcode where there is one. No text of it holds the passcode.</summary>
internal sealed class RequiredUser(string userName, string? passcode)
{
    private readonly byte[]? passcodeHash = passcode is null ? null : SHA256.HashData(Encoding.UTF8.GetBytes(passcode));

    /// <summary>Whether an identity is that of the user.</summary>
    /// <param name="identity">What the requestor says; null where it says nothing.</param>
    public bool Is(UserIdentity? identity) =>
        identity is { Kind: UserIdentityKind.UserName or UserIdentityKind.Passcode } && identity.UserName == userName
        && (passcodeHash is null
            || (identity.Kind == UserIdentityKind.Passcode && CryptographicOperations.FixedTimeEquals(passcodeHash, SHA256.HashData(identity.Secret.Span))));
}

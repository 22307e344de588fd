namespace Gateway.Service.Securing;

/// <summary>A user of DICOM's user identity (PS3.7 annex D.3.3.7).</summary>
/// <param name="Place">The section of the configuration that names it.</param>
/// <param name="UserName">The name.</param>
/// <param name="PasscodeFile">The file with the passcode; null for a name alone.</param>
internal sealed record UserFiles(string Place, string UserName, string? PasscodeFile);

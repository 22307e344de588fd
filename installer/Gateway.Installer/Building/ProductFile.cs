namespace Gateway.Installer.Building;

/// <summary>One file of the product, as the MSI lays it down.</summary>
/// <param name="Name">Its name in the program folder.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Sha256">SHA-256 of its content, lower-case hexadecimal.</param>
internal sealed record ProductFile(string Name, long Size, string Sha256);

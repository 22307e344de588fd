namespace Gateway.Service.Spooling;

/// <summary>
/// An object of the spool does not hold the bytes that its name was made from. It stays where it is, for a person to look at.
/// </summary>
/// <param name="name">The object.</param>
internal sealed class DamagedObjectException(SpoolName name)
    : IOException($"The stored object {name} is damaged: its bytes are not those that its name was made from.");

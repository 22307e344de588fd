namespace Gateway.Service.Ledgers;

/// <summary>A document of a message.</summary>
/// <param name="Name">Its name here.</param>
/// <param name="Study">The study instance UID that it belongs to; empty where nothing says it.</param>
internal sealed record ReceivedDocument(string Name, string Study);

namespace Gateway.Service.Ledgers;

/// <summary>Where an instance goes, decided when it is received: a changed route is for what comes after it.</summary>
/// <param name="Target">The target's id.</param>
/// <param name="Priority">How urgent it is.</param>
/// <param name="Route">The route that decided.</param>
internal sealed record Destination(string Target, Priority Priority, string Route);

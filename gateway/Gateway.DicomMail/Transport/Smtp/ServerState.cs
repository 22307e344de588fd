namespace Gateway.DicomMail.Transport.Smtp;

/// <summary>How a server did.</summary>
/// <param name="Host">The server.</param>
/// <param name="Problem">What was wrong with it when it was last used; null when nothing was. An interceptor is named in it.</param>
/// <param name="RestsUntil">Until when others are asked before it; null when it is asked as any other.</param>
public sealed record ServerState(string Host, string? Problem, DateTimeOffset? RestsUntil);

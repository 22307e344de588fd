namespace Gateway.Provisioning.Machines.Abilities;

/// <summary>Drive shares.</summary>
public interface IShares : IAbility
{
    /// <summary>Every share.</summary>
    /// <param name="cancel">Cancels.</param>
    Task<IReadOnlyList<ShareState>> ReadAsync(CancellationToken cancel);
}

/// <summary>A share.</summary>
/// <param name="Name">Share name.</param>
/// <param name="Path">What it shares.</param>
/// <param name="IsAdministrativeDefault">Whether Windows made it itself (C$, ADMIN$, IPC$).</param>
public sealed record ShareState(string Name, string Path, bool IsAdministrativeDefault);

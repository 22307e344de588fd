namespace Gateway.Service.Indexing;

/// <summary>What the index knows of an instance beside its line in the ledger.</summary>
/// <param name="SopInstance">Its SOP instance UID.</param>
/// <param name="SopClass">Its SOP class UID.</param>
/// <param name="Syntax">Its transfer syntax UID.</param>
/// <param name="Image">The attributes of its header.</param>
internal sealed record InstanceHeader(string SopInstance, string SopClass, string Syntax, ImageAttributes Image);
